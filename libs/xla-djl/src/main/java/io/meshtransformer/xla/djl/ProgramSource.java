package io.meshtransformer.xla.djl;

/** A program that is not compiled yet. */
record ProgramSource(String name, String text, ProgramSignature signature) {}
