package io.meshtransformer.xla.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.MalformedModelException;
import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.Shape;
import org.junit.jupiter.api.Test;

class SignatureParserTest {
    @Test
    void argumentsMayCarryAttributesAndLocations() throws MalformedModelException {
        var signature = SignatureParser.parse("""
                #loc1 = loc("x")
                module @m attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
                  func.func public @main(%arg0: tensor<4x16xbf16> {sdy.sharding = #sdy.sharding<@mesh, [{"a,)"}, {}]>, tf.aliasing_output = 0 : i32} loc("params['a']"),
                      %x_1: tensor<i1> loc(#loc1), %2: tensor<0x3xcomplex<f32>>, %b: tensor<2xui16>, %f: tensor<7xf8E4M3FN>)
                      -> (tensor<4xi64> {jax.result_info = "result['a'][0].b_c"}, tensor<f64> {jax.result_info = "result"}) {
                  }
                }
                """);
        assertThat(signature.arguments())
                .containsExactly(
                        new ProgramSignature.Argument("arg0", Shape.of(ElementType.BF16, 4, 16), true),
                        new ProgramSignature.Argument("x_1", Shape.of(ElementType.PRED), false),
                        new ProgramSignature.Argument("2", Shape.of(ElementType.C64, 0, 3), false),
                        new ProgramSignature.Argument("b", Shape.of(ElementType.U16, 2), false),
                        new ProgramSignature.Argument("f", Shape.of(ElementType.F8E4M3FN, 7), false));
        assertThat(signature.results())
                .containsExactly(
                        new ProgramSignature.Result("a.0.b_c", Shape.of(ElementType.S64, 4)),
                        new ProgramSignature.Result("1", Shape.of(ElementType.F64)));
    }

    @Test
    void aSingleResultNeedsNoParentheses() throws MalformedModelException {
        var signature = SignatureParser.parse("func.func @main() -> tensor<3xf32> { return }");
        assertThat(signature.arguments()).isEmpty();
        assertThat(signature.results()).containsExactly(new ProgramSignature.Result("0", Shape.of(ElementType.F32, 3)));
        assertThat(SignatureParser.parse("func.func @main() { return }").results())
                .isEmpty();
    }

    @Test
    void whatCannotBeServedIsNamed() {
        refuses("module {}", "the program has no func.func @main");
        refuses("func.func @main(%n: tensor<?x4xf32>) -> tensor<f32> {", "argument n of @main is \"tensor<?x4xf32>\"");
        refuses("func.func @main(%n: !stablehlo.token) -> tensor<f32> {", "argument n of @main is");
        refuses(
                "func.func @main(%n: tensor<4xi4>) -> tensor<f32> {",
                "the elements of argument n of @main are of type i4");
        refuses("func.func @main(%n: tensor<4xf32>", "the signature of @main does not end");
        refuses(
                "module attributes {mhlo.num_replicas = 2 : i32} { func.func @main() {",
                "the program is made for 2 replicas");
    }

    private static void refuses(String text, String sentence) {
        assertThatThrownBy(() -> SignatureParser.parse(text))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining(sentence);
    }
}
