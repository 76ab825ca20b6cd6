package io.meshtransformer.vector.kernel;

import io.meshtransformer.vector.kernel.KernelSources.Width;

/** Source of the kernels that multiply rows with panels. */
final class PanelSource {
    enum Format {
        BF16("int", 16),
        FP32("float", 32);

        private final String element;
        private final int elementsPerInput;

        Format(String element, int elementsPerInput) {
            this.element = element;
            this.elementsPerInput = elementsPerInput;
        }

        String className(Width width) {
            return interfaceName() + width.bits();
        }

        String interfaceName() {
            return this == BF16 ? "Bf16Panels" : "Fp32Panels";
        }
    }

    private final Format format;
    private final Width width;
    private final StringBuilder out = new StringBuilder();

    private PanelSource(Format format, Width width) {
        this.format = format;
        this.width = width;
    }

    static String of(Format format, Width width) {
        return new PanelSource(format, width).write();
    }

    /** With half a panel's vectors taken one pair at a time, the accumulators of this many rows fit. */
    private int mostRows() {
        return width.accumulators() / 2;
    }

    /** Whether a kernel takes whole panels, or passes over the panel once for each pair of vectors. */
    private boolean wholePanels(int rows) {
        return rows * vectorsPerPanel() <= width.accumulators();
    }

    private int vectorsPerPanel() {
        return 2 * width.units();
    }

    /** Panels at once, up to four, as a single stream does not bring what the memory can give. */
    private int panels(int rows) {
        return Math.clamp(width.accumulators() / (rows * vectorsPerPanel()), 1, 4);
    }

    private String write() {
        out.append(KernelSources.head(
                format.className(width),
                format.interfaceName(),
                "Panels of " + (format == Format.BF16 ? "bf16" : "fp32") + " weights at " + width.bits() + " bits.",
                width,
                format == Format.BF16));
        out.append("@Override public int mostRows() { return " + mostRows() + "; }\n");
        writePanelsAtOnce();
        writeDispatch();
        for (var rows = 1; rows <= mostRows(); rows++) {
            for (var panels = panels(rows); panels >= 1; panels /= 2) {
                writeKernel(rows, panels);
            }
        }
        return out.append("}\n").toString();
    }

    private void writePanelsAtOnce() {
        out.append("@Override public int panelsAtOnce(int rows) { return switch (rows) {\n");
        for (var rows = 1; rows <= mostRows(); rows++) {
            if (panels(rows) > 1) {
                out.append("case " + rows + " -> " + panels(rows) + ";\n");
            }
        }
        out.append("default -> 1; }; }\n");
    }

    private void writeDispatch() {
        out.append("""
                @Override public void multiply(
                    %s[] weights, int weightOffset, int panelStride, int panels, int depth,
                    float[] x, int xOffset, int rows,
                    float[] start, int startOffset, int startStride, float[] y, int yOffset, int yStride) {
                    int panel = 0;
                    switch (rows) {
                """.formatted(format.element));
        for (var rows = 1; rows <= mostRows(); rows++) {
            out.append("case " + rows + " -> {\n");
            for (var panels = panels(rows); panels >= 1; panels /= 2) {
                var call = name(rows, panels)
                        + "(weights, weightOffset + panel * panelStride%1$s, panelStride, depth, x, xOffset, start, startOffset + panel * "
                        + Panels.OUTPUTS + "%1$s, startStride, y, yOffset + panel * " + Panels.OUTPUTS
                        + "%1$s, yStride);\n";
                out.append("for (; panel + " + panels + " <= panels; panel += " + panels + ") {\n");
                if (wholePanels(rows)) {
                    out.append(call.formatted(""));
                } else {
                    for (var unit = 0; unit < width.units(); unit++) {
                        var shift = unit == 0 ? "" : " + " + unit * width.lanes();
                        out.append(call.formatted(shift));
                    }
                }
                out.append("}\n");
            }
            out.append("}\n");
        }
        out.append("default -> throw new IllegalArgumentException(rows + \" rows, the most is \" + mostRows()); } }\n");
    }

    private static String name(int rows, int panels) {
        return "rows" + rows + "Panels" + panels;
    }

    private void writeKernel(int rows, int panels) {
        var units = wholePanels(rows) ? width.units() : 1;
        out.append("""

                private static void %s(
                    %s[] weights, int weightOffset, int panelStride, int depth,
                    float[] x, int xOffset,
                    float[] start, int startOffset, int startStride, float[] y, int yOffset, int yStride) {
                """.formatted(name(rows, panels), format.element));
        writeAccumulators(rows, panels, units);
        out.append("for (int k = 0; k < depth; k++) {\n");
        out.append("int o = weightOffset + k * " + format.elementsPerInput + ";\n");
        if (width != Width.BITS_512) {
            writeHoldingOneInput(rows, panels, units);
        } else if (rows <= panels * units * 2) {
            writeHoldingInputs(rows, panels, units);
        } else {
            writeHoldingWeights(rows, panels, units);
        }
        out.append("}\n");
        writeStores(rows, panels, units);
        out.append("}\n");
    }

    /** Where accumulators take most of 16 registers, inputs are read once more for each pair of weights. */
    private void writeHoldingOneInput(int rows, int panels, int units) {
        for (var panel = 0; panel < panels; panel++) {
            for (var unit = 0; unit < units; unit++) {
                writeWeights(panel, unit);
                for (var row = 0; row < rows; row++) {
                    var input = "x" + row + "_" + panel + "_" + unit;
                    writeInput(input, rows, row);
                    writeMultiplyAdd(row, panel, unit, input);
                }
            }
        }
    }

    private void writeHoldingInputs(int rows, int panels, int units) {
        for (var row = 0; row < rows; row++) {
            writeInput("x" + row, rows, row);
        }
        for (var panel = 0; panel < panels; panel++) {
            for (var unit = 0; unit < units; unit++) {
                writeWeights(panel, unit);
                for (var row = 0; row < rows; row++) {
                    writeMultiplyAdd(row, panel, unit, "x" + row);
                }
            }
        }
    }

    private void writeHoldingWeights(int rows, int panels, int units) {
        for (var panel = 0; panel < panels; panel++) {
            for (var unit = 0; unit < units; unit++) {
                writeWeights(panel, unit);
            }
        }
        for (var row = 0; row < rows; row++) {
            writeInput("x" + row, rows, row);
            for (var panel = 0; panel < panels; panel++) {
                for (var unit = 0; unit < units; unit++) {
                    writeMultiplyAdd(row, panel, unit, "x" + row);
                }
            }
        }
    }

    private void writeInput(String name, int rows, int row) {
        out.append("FloatVector " + name + " = " + broadcast(rows, row) + ";\n");
    }

    private void writeAccumulators(int rows, int panels, int units) {
        for (var row = 0; row < rows; row++) {
            writeFirst("start", row);
            for (var panel = 0; panel < panels; panel++) {
                for (var unit = 0; unit < units; unit++) {
                    for (var half = 0; half < 2; half++) {
                        out.append("FloatVector " + accumulator(row, panel, unit, half)
                                + " = FloatVector.fromArray(F, start, " + place("start" + row, panel, unit, half)
                                + ");\n");
                    }
                }
            }
        }
    }

    private void writeFirst(String array, int row) {
        out.append("int " + array + row + " = " + array + "Offset"
                + (row == 0 ? "" : " + " + row + " * " + array + "Stride") + ";\n");
    }

    private void writeStores(int rows, int panels, int units) {
        for (var row = 0; row < rows; row++) {
            writeFirst("y", row);
            for (var panel = 0; panel < panels; panel++) {
                for (var unit = 0; unit < units; unit++) {
                    for (var half = 0; half < 2; half++) {
                        out.append(accumulator(row, panel, unit, half) + ".intoArray(y, "
                                + place("y" + row, panel, unit, half) + ");\n");
                    }
                }
            }
        }
    }

    private void writeWeights(int panel, int unit) {
        var at = "o" + (panel == 0 ? "" : panel == 1 ? " + panelStride" : " + " + panel + " * panelStride");
        var suffix = panel + "_" + unit;
        var shift = unit * width.lanes();
        switch (format) {
            case BF16 -> {
                out.append("IntVector w" + suffix + " = IntVector.fromArray(I, weights, " + plus(at, shift) + ");\n");
                out.append(
                        "FloatVector low" + suffix + " = w" + suffix + ".lanewise(LSHL, 16).reinterpretAsFloats();\n");
                out.append("FloatVector high" + suffix + " = w" + suffix + ".and(0xFFFF0000).reinterpretAsFloats();\n");
            }
            case FP32 -> {
                out.append("FloatVector low" + suffix + " = FloatVector.fromArray(F, weights, " + plus(at, shift)
                        + ");\n");
                out.append("FloatVector high" + suffix + " = FloatVector.fromArray(F, weights, "
                        + plus(at, Panels.HALF + shift) + ");\n");
            }
        }
    }

    private void writeMultiplyAdd(int row, int panel, int unit, String input) {
        var suffix = panel + "_" + unit;
        var low = accumulator(row, panel, unit, 0);
        var high = accumulator(row, panel, unit, 1);
        out.append(low + " = low" + suffix + ".fma(" + input + ", " + low + ");\n");
        out.append(high + " = high" + suffix + ".fma(" + input + ", " + high + ");\n");
    }

    private static String broadcast(int rows, int row) {
        var at =
                switch (rows) {
                    case 1 -> "xOffset + k";
                    // The compiler recognises a multiple of k as a place in an array if it is made of two shifts.
                    case 11 -> "xOffset + k * 12 - k";
                    default -> "xOffset + k * " + rows;
                };
        return "FloatVector.broadcast(F, x[" + plus(at, row) + "])";
    }

    private static String accumulator(int row, int panel, int unit, int half) {
        return "y" + row + "_" + panel + "_" + unit + (half == 0 ? "low" : "high");
    }

    private String place(String first, int panel, int unit, int half) {
        return plus(first, panel * Panels.OUTPUTS + half * Panels.HALF + unit * width.lanes());
    }

    private static String plus(String base, int shift) {
        return shift == 0 ? base : base + " + " + shift;
    }
}
