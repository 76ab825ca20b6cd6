package io.meshtransformer.evaluation.task;

import java.util.List;

/** What a document asks, in texts. */
sealed interface Question {
    /** The text of an answered example, up to the answer. */
    String exampleText();

    /** The right answer of an example. */
    String exampleAnswer();

    /** Which continuation is the likeliest? */
    record Continuations(String context, List<String> choices, int gold) implements Question {
        @Override
        public String exampleText() {
            return context;
        }

        @Override
        public String exampleAnswer() {
            return choices.get(gold);
        }
    }

    /** After which context is the continuation the likeliest? */
    record Contexts(List<String> choices, String continuation, int gold) implements Question {
        @Override
        public String exampleText() {
            return choices.get(gold);
        }

        @Override
        public String exampleAnswer() {
            return continuation;
        }
    }

    /** How likely is the target? */
    record Target(String context, String target) implements Question {
        @Override
        public String exampleText() {
            return context;
        }

        @Override
        public String exampleAnswer() {
            return target;
        }
    }

    /** How likely is a text whose words and bytes count? */
    record Rolling(String text, int words, int bytes) implements Question {
        @Override
        public String exampleText() {
            return "";
        }

        @Override
        public String exampleAnswer() {
            return text;
        }
    }

    /** What follows? */
    record Generation(String context, List<String> targets) implements Question {
        @Override
        public String exampleText() {
            return context;
        }

        @Override
        public String exampleAnswer() {
            return targets.getFirst();
        }
    }
}
