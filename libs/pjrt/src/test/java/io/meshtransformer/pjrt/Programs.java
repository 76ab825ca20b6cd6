package io.meshtransformer.pjrt;

/** Small programs in StableHLO. */
public final class Programs {
    private Programs() {}

    /** {@code f(x, y) = x + y} on fp32 {@code [4]}. */
    static Program sum() {
        return Program.mlir("""
                module @sum {
                  func.func public @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
                    %0 = stablehlo.add %x, %y : tensor<4xf32>
                    return %0 : tensor<4xf32>
                  }
                }
                """);
    }

    /** {@code f(x, y) = (x + y, 2)} where the sum takes the place of x. */
    static Program donatedSum() {
        return Program.mlir("""
                module @donated_sum {
                  func.func public @main(%x: tensor<4xf32> {tf.aliasing_output = 0 : i32}, %y: tensor<4xf32>)
                      -> (tensor<4xf32>, tensor<i32>) {
                    %0 = stablehlo.add %x, %y : tensor<4xf32>
                    %1 = stablehlo.constant dense<2> : tensor<i32>
                    return %0, %1 : tensor<4xf32>, tensor<i32>
                  }
                }
                """);
    }

    /** {@code f(x) = -x} on fp32 {@code [8]}, cut over all devices. */
    static Program shardedNegation(int devices) {
        return Program.mlir("""
                module @negation attributes {mhlo.num_partitions = %1$d : i32, mhlo.num_replicas = 1 : i32} {
                  sdy.mesh @mesh = <["mp"=%1$d]>
                  func.func public @main(%%x: tensor<8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"mp"}]>})
                      -> (tensor<8xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"mp"}]>}) {
                    %%0 = stablehlo.negate %%x : tensor<8xf32>
                    return %%0 : tensor<8xf32>
                  }
                }
                """.formatted(devices));
    }

    /**
     * {@code a [rows, inner] . b [inner, columns]}, cut along the inner dimension over all devices of the mesh axis "mp",
     * the result whole on every device.
     */
    public static Program shardedDot(int devices, int rows, int inner, int columns) {
        return Program.mlir("""
                module @sharded_dot attributes {mhlo.num_partitions = %1$d : i32, mhlo.num_replicas = 1 : i32} {
                  sdy.mesh @mesh = <["mp"=%1$d]>
                  func.func public @main(
                      %%a: tensor<%2$dx%3$dxf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"mp"}]>},
                      %%b: tensor<%3$dx%4$dxf32> {sdy.sharding = #sdy.sharding<@mesh, [{"mp"}, {}]>})
                      -> (tensor<%2$dx%4$dxf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {}]>}) {
                    %%0 = stablehlo.dot_general %%a, %%b, contracting_dims = [1] x [0]
                        : (tensor<%2$dx%3$dxf32>, tensor<%3$dx%4$dxf32>) -> tensor<%2$dx%4$dxf32>
                    return %%0 : tensor<%2$dx%4$dxf32>
                  }
                }
                """.formatted(devices, rows, inner, columns));
    }
}
