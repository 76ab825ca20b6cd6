package io.meshtransformer.vector.kernel;

import io.meshtransformer.vector.kernel.KernelSources.Width;

/** Source of the kernels for single rows: the same text for every width, with its own species constant. */
final class RowSource {
    private RowSource() {}

    static String of(Width width) {
        return KernelSources.head(
                        "Rows" + width.bits(), "RowKernels", "Rows at " + width.bits() + " bits.", width, true)
                + BODY.replace("EXPONENTIAL", EXPONENTIAL);
    }

    /** From {@code limited} to {@code exponential}; {@link Exponential} on vectors. */
    private static final String EXPONENTIAL = """
            FloatVector rounded = limited.fma(FloatVector.broadcast(F, Exponential.LOG2_E), FloatVector.broadcast(F, Exponential.ROUNDER));
            FloatVector n = rounded.sub(Exponential.ROUNDER);
            FloatVector r = n.fma(FloatVector.broadcast(F, -Exponential.LN2_HIGH), limited);
            r = n.fma(FloatVector.broadcast(F, -Exponential.LN2_LOW), r);
            FloatVector p = r.fma(FloatVector.broadcast(F, Exponential.C7), FloatVector.broadcast(F, Exponential.C6));
            p = p.fma(r, FloatVector.broadcast(F, Exponential.C5));
            p = p.fma(r, FloatVector.broadcast(F, Exponential.C4));
            p = p.fma(r, FloatVector.broadcast(F, Exponential.C3));
            p = p.fma(r, FloatVector.broadcast(F, Exponential.C2));
            p = p.fma(r, FloatVector.broadcast(F, 1f));
            p = p.fma(r, FloatVector.broadcast(F, 1f));
            FloatVector exponential = p.reinterpretAsInts().add(rounded.reinterpretAsInts().lanewise(LSHL, 23)).reinterpretAsFloats();
            """;

    private static final String BODY = """
            private static final int L = F.length();

            @Override
            public void layerNorm(
                    float[] x, int offset, int width, float[] gain, float[] bias, float epsilon, float[] output, int outputOffset) {
                float mean = sum(x, offset, width) / width;
                float variance = squaredDistance(x, offset, width, mean) / width;
                float scale = 1f / (float) Math.sqrt(variance + epsilon);
                int i = 0;
                for (; i + L <= width; i += L) {
                    FloatVector.fromArray(F, x, offset + i)
                            .sub(mean)
                            .mul(scale)
                            .fma(FloatVector.fromArray(F, gain, i), FloatVector.fromArray(F, bias, i))
                            .intoArray(output, outputOffset + i);
                }
                for (; i < width; i++) {
                    output[outputOffset + i] = Math.fma((x[offset + i] - mean) * scale, gain[i], bias[i]);
                }
            }

            private static float sum(float[] x, int offset, int width) {
                float[] lanes = new float[LANES];
                int whole = width - width % LANES;
                for (int lane = 0; lane < LANES; lane += L) {
                    FloatVector sum = FloatVector.zero(F);
                    for (int i = lane; i < whole; i += LANES) {
                        sum = sum.add(FloatVector.fromArray(F, x, offset + i));
                    }
                    sum.intoArray(lanes, lane);
                }
                for (int i = whole; i < width; i++) {
                    lanes[i - whole] += x[offset + i];
                }
                return fold(lanes);
            }

            private static float squaredDistance(float[] x, int offset, int width, float mean) {
                float[] lanes = new float[LANES];
                int whole = width - width % LANES;
                for (int lane = 0; lane < LANES; lane += L) {
                    FloatVector sum = FloatVector.zero(F);
                    for (int i = lane; i < whole; i += LANES) {
                        FloatVector distance = FloatVector.fromArray(F, x, offset + i).sub(mean);
                        sum = distance.fma(distance, sum);
                    }
                    sum.intoArray(lanes, lane);
                }
                for (int i = whole; i < width; i++) {
                    float distance = x[offset + i] - mean;
                    lanes[i - whole] = Math.fma(distance, distance, lanes[i - whole]);
                }
                return fold(lanes);
            }

            /** Halves upon halves: 0 + 8, 1 + 9, ..., then the first four of these on the last four, and so on. */
            private static float fold(float[] lanes) {
                float even = lanes[0] + lanes[8] + (lanes[4] + lanes[12]) + (lanes[2] + lanes[10] + (lanes[6] + lanes[14]));
                float odd = lanes[1] + lanes[9] + (lanes[5] + lanes[13]) + (lanes[3] + lanes[11] + (lanes[7] + lanes[15]));
                return even + odd;
            }

            @Override
            public void addBoth(float[] x, int offset, int width, float[] a, int aOffset, float[] b, int bOffset) {
                int i = 0;
                for (; i + L <= width; i += L) {
                    FloatVector both = FloatVector.fromArray(F, a, aOffset + i).add(FloatVector.fromArray(F, b, bOffset + i));
                    FloatVector.fromArray(F, x, offset + i).add(both).intoArray(x, offset + i);
                }
                for (; i < width; i++) {
                    x[offset + i] += a[aOffset + i] + b[bOffset + i];
                }
            }

            private static final float GELU_CUBIC = 0.044715f;

            /** -2 sqrt(2 / pi) */
            private static final float GELU_SCALE = -1.5957691216f;

            @Override
            public void gelu(float[] x, int offset, int width) {
                int i = 0;
                for (; i + L <= width; i += L) {
                    FloatVector v = FloatVector.fromArray(F, x, offset + i);
                    FloatVector cube = v.mul(v).mul(v);
                    FloatVector limited = cube.fma(FloatVector.broadcast(F, GELU_CUBIC), v)
                            .mul(GELU_SCALE)
                            .max(Exponential.SMALLEST)
                            .min(Exponential.LARGEST);
                    EXPONENTIAL
                    v.div(exponential.add(1f)).intoArray(x, offset + i);
                }
                for (; i < width; i++) {
                    float v = x[offset + i];
                    x[offset + i] = v / (Exponential.of(Math.fma(v * v * v, GELU_CUBIC, v) * GELU_SCALE) + 1f);
                }
            }

            @Override
            public void softmax(float[] x, int offset, int width, float scale) {
                float largest = largest(x, offset, width);
                int padded = (width + LANES - 1) / LANES * LANES;
                for (int i = 0; i < padded; i += L) {
                    FloatVector limited = FloatVector.fromArray(F, x, offset + i)
                            .sub(largest)
                            .mul(scale)
                            .max(Exponential.SMALLEST);
                    EXPONENTIAL
                    exponential.intoArray(x, offset + i);
                }
                for (int i = width; i < padded; i++) {
                    x[offset + i] = 0f;
                }
                float inverse = 1f / sum(x, offset, padded);
                for (int i = 0; i < padded; i += L) {
                    FloatVector.fromArray(F, x, offset + i).mul(inverse).intoArray(x, offset + i);
                }
            }

            private static float largest(float[] x, int offset, int width) {
                if (width < L) {
                    float largest = x[offset];
                    for (int i = 1; i < width; i++) {
                        largest = Math.max(largest, x[offset + i]);
                    }
                    return largest;
                }
                // The last vector may overlap the one before.
                FloatVector largests = FloatVector.fromArray(F, x, offset + width - L);
                for (int i = 0; i + L < width; i += L) {
                    largests = largests.max(FloatVector.fromArray(F, x, offset + i));
                }
                float[] lanes = new float[L];
                largests.intoArray(lanes, 0);
                float a = lanes[0];
                float b = lanes[1];
                float c = lanes[2];
                float d = lanes[3];
                for (int i = 4; i < L; i += 4) {
                    a = Math.max(a, lanes[i]);
                    b = Math.max(b, lanes[i + 1]);
                    c = Math.max(c, lanes[i + 2]);
                    d = Math.max(d, lanes[i + 3]);
                }
                return Math.max(Math.max(a, b), Math.max(c, d));
            }
            }
            """;
}
