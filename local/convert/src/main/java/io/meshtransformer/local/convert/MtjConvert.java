package io.meshtransformer.local.convert;

import picocli.CommandLine;

/** {@link ConvertCommand} by itself, without the launcher around it: what becomes a native executable. */
public final class MtjConvert {
    private MtjConvert() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ConvertCommand())
                .setCommandName("mtj-convert")
                .setUsageHelpAutoWidth(true)
                .execute(arguments));
    }
}
