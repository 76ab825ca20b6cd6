package io.meshtransformer.stablehlo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.Elementwise;
import io.meshtransformer.stablehlo.ir.Operation;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.UnaryFunction;
import io.meshtransformer.stablehlo.type.ElementType;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AllOperationsTest {
    private final List<Operation> operations = AllOperations.examples().stream()
            .flatMap(example -> example.program().functions().stream())
            .flatMap(function -> operations(function.body()))
            .toList();

    @Test
    void usesEveryOperation() {
        assertThat(operations.stream().map(Object::getClass).distinct().map(Class::getSimpleName))
                .containsExactlyInAnyOrderElementsOf(
                        records(Operation.class).map(Class::getSimpleName).toList());
    }

    @Test
    void usesEveryFunctionOfElements() {
        var names = operations.stream()
                .filter(Elementwise.class::isInstance)
                .map(Operation::name)
                .toList();
        assertThat(names)
                .containsAll(
                        Stream.of(UnaryFunction.values()).map(Objects::toString).toList());
        assertThat(names)
                .containsAll(Stream.of(BinaryFunction.values())
                        .map(Objects::toString)
                        .toList());
    }

    @Test
    void usesEveryElementType() {
        assertThat(operations.stream()
                        .flatMap(operation -> operation.resultTypes().stream())
                        .map(type -> type.elementType()))
                .contains(ElementType.values());
    }

    @Test
    void expectsAsManyElementsAsResultsHave() {
        for (var example : AllOperations.examples()) {
            var sizes = example.program().main().results().stream()
                    .map(result -> (int) result.value().shape().elements())
                    .toList();
            assertThat(example.expected())
                    .as(example.name())
                    .hasSize(example.program().replicas());
            assertThat(example.expected()).as(example.name()).allSatisfy(results -> assertThat(
                            results.stream().map(result -> result.length))
                    .containsExactlyElementsOf(sizes));
        }
    }

    @Test
    void isNamedOnce() {
        assertThat(AllOperations.examples().stream().map(Example::name)).doesNotHaveDuplicates();
    }

    /** An operation on its own operands and blocks is itself: what transformations of programs rely on. */
    @Test
    void rebuildsEveryOperationFromItsParts() {
        for (var operation : operations) {
            assertThat(operation.with(operation.operands(), operation.regions()))
                    .isEqualTo(operation);
        }
    }

    private static Stream<Operation> operations(Block block) {
        return block.statements().stream()
                .map(Statement::operation)
                .flatMap(operation -> Stream.concat(
                        Stream.of(operation), operation.regions().stream().flatMap(AllOperationsTest::operations)));
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Stream.of(type.getPermittedSubclasses()).flatMap(AllOperationsTest::records);
    }
}
