package io.meshtransformer.pjrt;

import java.util.List;

/** A named, typed value: an option of a client or topology, an attribute of a device, a property of a program. */
public sealed interface NamedValue {
    String name();

    /** The value itself: a {@code String}, {@code Long}, {@code List<Long>}, {@code Float} or {@code Boolean}. */
    Object value();

    record Text(String name, String text) implements NamedValue {
        @Override
        public String value() {
            return text;
        }
    }

    record Int64(String name, long number) implements NamedValue {
        @Override
        public Long value() {
            return number;
        }
    }

    record Int64List(String name, List<Long> numbers) implements NamedValue {
        public Int64List {
            numbers = List.copyOf(numbers);
        }

        @Override
        public List<Long> value() {
            return numbers;
        }
    }

    record Float32(String name, float number) implements NamedValue {
        @Override
        public Float value() {
            return number;
        }
    }

    record Bool(String name, boolean flag) implements NamedValue {
        @Override
        public Boolean value() {
            return flag;
        }
    }

    static NamedValue of(String name, String text) {
        return new Text(name, text);
    }

    static NamedValue of(String name, long number) {
        return new Int64(name, number);
    }

    static NamedValue of(String name, List<Long> numbers) {
        return new Int64List(name, numbers);
    }

    static NamedValue of(String name, float number) {
        return new Float32(name, number);
    }

    static NamedValue of(String name, boolean flag) {
        return new Bool(name, flag);
    }
}
