package io.meshtransformer.vector.kernel;

import io.meshtransformer.vector.kernel.KernelSources.Width;

/** Source of the attention kernels. */
final class AttentionSource {
    private final Width width;
    private final StringBuilder out = new StringBuilder();

    private AttentionSource(Width width) {
        this.width = width;
    }

    static String of(Width width) {
        return new AttentionSource(width).write();
    }

    private String write() {
        out.append(KernelSources.head(
                "Attention" + width.bits(),
                "AttentionKernels",
                "Attention at " + width.bits() + " bits.",
                width,
                false));
        out.append("@Override public int blocksAtOnce(int queries) { return queries == 1 ? " + blocks(1) + " : "
                + blocks(AttentionKernels.QUERIES) + "; }\n");
        writeScoresDispatch();
        writeWeightedSumDispatch();
        writeScores(1);
        writeScores(AttentionKernels.QUERIES);
        for (var queries : new int[] {1, AttentionKernels.QUERIES}) {
            for (var groups = groups(queries); groups >= 1; groups /= 2) {
                writeWeightedSum(queries, groups);
            }
        }
        return out.append("}\n").toString();
    }

    /** Eight chains hide the latency of one; sixteen fit where there are 32 registers. */
    private int blocks(int queries) {
        var chains = width == Width.BITS_512 && queries > 1 ? 16 : 8;
        return Math.max(1, chains / (queries * width.units()));
    }

    /** Groups of 16 dimensions that one pass over the tokens accumulates. */
    private int groups(int queries) {
        return blocks(queries);
    }

    private void writeScoresDispatch() {
        out.append("""
                @Override public void scores(
                    int queries, float[] keys, int[] offsets, int firstBlock,
                    float[] query, int queryOffset, int dimensions, float[] scores, int scoresOffset, int scoresStride) {
                    if (queries == 1) {
                        scores1(keys, offsets, firstBlock, query, queryOffset, dimensions, scores, scoresOffset, scoresStride);
                    } else {
                        scores4(keys, offsets, firstBlock, query, queryOffset, dimensions, scores, scoresOffset, scoresStride);
                    }
                }

                """);
    }

    private void writeWeightedSumDispatch() {
        out.append("""
                @Override public void weightedSum(
                    int queries, float[] values, int valuesOffset, int tokens, int paddedWidth,
                    float[] weights, int weightsOffset, int weightsStride,
                    float[] output, int outputOffset, int outputStride) {
                    int d = 0;
                    if (queries == 1) {
                """);
        for (var queries : new int[] {1, AttentionKernels.QUERIES}) {
            for (var groups = groups(queries); groups >= 1; groups /= 2) {
                var dimensions = 16 * groups;
                out.append("for (; d + " + dimensions + " <= paddedWidth; d += " + dimensions + ") {\n");
                out.append(name(queries, groups)
                        + "(values, valuesOffset + d, tokens, paddedWidth, weights, weightsOffset,"
                        + " weightsStride, output, outputOffset + d, outputStride);\n}\n");
            }
            out.append(queries == 1 ? "} else {\n" : "} }\n");
        }
    }

    private static String name(int queries, int groups) {
        return "weightedSum" + queries + "Of" + 16 * groups;
    }

    private void writeScores(int queries) {
        var blocks = blocks(queries);
        out.append("""

                private static void scores%d(
                    float[] keys, int[] offsets, int firstBlock,
                    float[] query, int queryOffset, int dimensions, float[] scores, int scoresOffset, int scoresStride) {
                """.formatted(queries));
        for (var block = 0; block < blocks; block++) {
            out.append("int o" + block + " = offsets[firstBlock + " + block + "];\n");
            for (var unit = 0; unit < width.units(); unit++) {
                for (var row = 0; row < queries; row++) {
                    out.append("FloatVector " + score(row, block, unit) + " = FloatVector.zero(F);\n");
                }
            }
        }
        out.append("for (int d = 0; d < dimensions; d++) {\n");
        for (var row = 0; row < queries; row++) {
            out.append("FloatVector q" + row + " = FloatVector.broadcast(F, query[queryOffset + d * " + queries + " + "
                    + row + "]);\n");
        }
        for (var block = 0; block < blocks; block++) {
            for (var unit = 0; unit < width.units(); unit++) {
                var key = "k" + block + "_" + unit;
                out.append("FloatVector " + key + " = FloatVector.fromArray(F, keys, o" + block + " + d * 16 + "
                        + unit * width.lanes() + ");\n");
                for (var row = 0; row < queries; row++) {
                    var score = score(row, block, unit);
                    out.append(score + " = " + key + ".fma(q" + row + ", " + score + ");\n");
                }
            }
        }
        out.append("}\n");
        for (var row = 0; row < queries; row++) {
            out.append("int s" + row + " = scoresOffset + " + row + " * scoresStride;\n");
            for (var block = 0; block < blocks; block++) {
                for (var unit = 0; unit < width.units(); unit++) {
                    out.append(score(row, block, unit) + ".intoArray(scores, s" + row + " + "
                            + (block * 16 + unit * width.lanes()) + ");\n");
                }
            }
        }
        out.append("}\n");
    }

    private static String score(int row, int block, int unit) {
        return "s" + row + "_" + block + "_" + unit;
    }

    private void writeWeightedSum(int queries, int groups) {
        var vectors = groups * width.units();
        out.append("""

                private static void %s(
                    float[] values, int valuesOffset, int tokens, int paddedWidth,
                    float[] weights, int weightsOffset, int weightsStride,
                    float[] output, int outputOffset, int outputStride) {
                """.formatted(name(queries, groups)));
        for (var row = 0; row < queries; row++) {
            out.append("int w" + row + " = weightsOffset + " + row + " * weightsStride;\n");
            out.append("int o" + row + " = outputOffset + " + row + " * outputStride;\n");
            for (var vector = 0; vector < vectors; vector++) {
                out.append("FloatVector o" + row + "_" + vector + " = FloatVector.fromArray(F, output, o" + row + " + "
                        + vector * width.lanes() + ");\n");
            }
        }
        out.append("for (int t = 0; t < tokens; t++) {\n");
        out.append("int v = valuesOffset + t * paddedWidth;\n");
        for (var row = 0; row < queries; row++) {
            out.append("FloatVector p" + row + " = FloatVector.broadcast(F, weights[w" + row + " + t]);\n");
        }
        for (var vector = 0; vector < vectors; vector++) {
            out.append("FloatVector v" + vector + " = FloatVector.fromArray(F, values, v + " + vector * width.lanes()
                    + ");\n");
            for (var row = 0; row < queries; row++) {
                var sum = "o" + row + "_" + vector;
                out.append(sum + " = v" + vector + ".fma(p" + row + ", " + sum + ");\n");
            }
        }
        out.append("}\n");
        for (var row = 0; row < queries; row++) {
            for (var vector = 0; vector < vectors; vector++) {
                out.append("o" + row + "_" + vector + ".intoArray(output, o" + row + " + " + vector * width.lanes()
                        + ");\n");
            }
        }
        out.append("}\n");
    }
}
