package io.meshtransformer.gptj.torch;

import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.torch.PickleValue.Dictionary;
import io.meshtransformer.gptj.torch.PickleValue.Global;
import io.meshtransformer.gptj.torch.PickleValue.None;
import io.meshtransformer.gptj.torch.PickleValue.Sequence;
import io.meshtransformer.gptj.torch.PickleValue.Storage;
import io.meshtransformer.gptj.torch.PickleValue.Tensor;
import io.meshtransformer.gptj.torch.PickleValue.Text;
import io.meshtransformer.gptj.torch.PickleValue.Truth;
import io.meshtransformer.gptj.torch.PickleValue.Tuple;
import io.meshtransformer.gptj.torch.PickleValue.Whole;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the pickle of a state dict, and nothing else: a pickle is a program, and here it can only build dictionaries,
 * tuples, texts and numbers, and say where tensors lie. Any other instruction, and any function or class that a state
 * dict does not need, is refused by its name; nothing is ever loaded or run.
 *
 * <p>Instructions: Python's {@code pickletools}. What PyTorch makes of them: {@code torch/serialization.py},
 * {@code torch/_utils.py}.
 */
final class Unpickler {
    private static final String ORDERED_DICT = "collections.OrderedDict";
    private static final String REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final String REBUILD_PARAMETER = "torch._utils._rebuild_parameter";

    private static final Map<String, DataType> STORAGES = Map.of(
            "torch.FloatStorage", DataType.F32,
            "torch.HalfStorage", DataType.F16,
            "torch.BFloat16Storage", DataType.BF16,
            "torch.DoubleStorage", DataType.F64,
            "torch.LongStorage", DataType.I64,
            "torch.IntStorage", DataType.I32,
            "torch.ShortStorage", DataType.I16,
            "torch.CharStorage", DataType.I8,
            "torch.ByteStorage", DataType.U8,
            "torch.BoolStorage", DataType.BOOL);

    /** Everything that a pickle may name. */
    static final List<String> GLOBALS = globals();

    private static final long MOST_ELEMENTS = 1L << 40;

    private final ByteBuffer pickle;
    private final List<PickleValue> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, PickleValue> memo = new HashMap<>();

    private Unpickler(byte[] pickle) {
        this.pickle = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A pickle that is broken, or wants more than a state dict does. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private static List<String> globals() {
        var names = new ArrayList<>(STORAGES.keySet());
        names.addAll(List.of(ORDERED_DICT, REBUILD_TENSOR, REBUILD_PARAMETER));
        names.sort(null);
        return List.copyOf(names);
    }

    static PickleValue read(byte[] pickle) throws RefusedException {
        var unpickler = new Unpickler(pickle);
        try {
            Optional<PickleValue> value;
            do {
                value = unpickler.step();
            } while (value.isEmpty());
            return value.get();
        } catch (BufferUnderflowException e) {
            throw new RefusedException("the pickle ends in the middle of an instruction");
        }
    }

    /** Follows one instruction; the value is there when it was the last. */
    private Optional<PickleValue> step() throws RefusedException {
        var at = pickle.position();
        var code = Byte.toUnsignedInt(pickle.get());
        switch (code) {
            case 0x80 -> protocol(pickle.get());
            case 0x95 -> pickle.getLong(); // FRAME: how much follows, which the file says as well
            case 'c' -> push(global(line(), line()));
            case 0x93 -> {
                var name = text(pop());
                push(global(text(pop()), name));
            }
            case '(' -> marks.push(stack.size());
            case ')' -> push(new Tuple(List.of()));
            case '}' -> push(new Dictionary(new LinkedHashMap<>()));
            case ']' -> push(new Sequence(new ArrayList<>()));
            case 't' -> push(new Tuple(List.copyOf(toMark())));
            case 0x85 -> push(new Tuple(last(1)));
            case 0x86 -> push(new Tuple(last(2)));
            case 0x87 -> push(new Tuple(last(3)));
            case 'X' -> push(utf8(pickle.getInt()));
            case 0x8c -> push(utf8(Byte.toUnsignedInt(pickle.get())));
            case 'J' -> push(new Whole(pickle.getInt()));
            case 'K' -> push(new Whole(Byte.toUnsignedInt(pickle.get())));
            case 'M' -> push(new Whole(Short.toUnsignedInt(pickle.getShort())));
            case 0x8a -> push(longNumber(Byte.toUnsignedInt(pickle.get())));
            case 0x88 -> push(new Truth(true));
            case 0x89 -> push(new Truth(false));
            case 'N' -> push(new None());
            case 'q' -> memo.put(Byte.toUnsignedInt(pickle.get()), top());
            case 'r' -> memo.put(pickle.getInt(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> push(remembered(Byte.toUnsignedInt(pickle.get())));
            case 'j' -> push(remembered(pickle.getInt()));
            case 's' -> put(last(2));
            case 'u' -> put(toMark());
            case 'a' -> append(last(1));
            case 'e' -> append(toMark());
            case 'Q' -> push(storage(pop()));
            case 'R' -> {
                var arguments = tuple(pop());
                push(call(pop(), arguments));
            }
            case 'b' -> build(pop());
            case '.' -> {
                return Optional.of(pop());
            }
            default ->
                throw new RefusedException(
                        "instruction 0x%02x at byte %d of the pickle is not needed for weights".formatted(code, at));
        }
        return Optional.empty();
    }

    private static void protocol(byte version) throws RefusedException {
        if (version < 2 || version > 5) {
            throw new RefusedException("the pickle has protocol " + version + ", 2 to 5 are read");
        }
    }

    private static Global global(String module, String name) throws RefusedException {
        var full = module + "." + name;
        if (!GLOBALS.contains(full)) {
            throw new RefusedException("the pickle names " + full
                    + ", which no weights need; it is not loaded, and nothing of the file is run");
        }
        return new Global(full);
    }

    /** What a pickle may call. */
    private static PickleValue call(PickleValue function, List<PickleValue> arguments) throws RefusedException {
        if (function instanceof Global(var name)) {
            if (name.equals(ORDERED_DICT) && arguments.isEmpty()) {
                return new Dictionary(new LinkedHashMap<>());
            }
            if (name.equals(REBUILD_PARAMETER)
                    && !arguments.isEmpty()
                    && arguments.getFirst() instanceof Tensor tensor) {
                return tensor;
            }
            if (name.equals(REBUILD_TENSOR)
                    && arguments.size() >= 4
                    && arguments.get(0) instanceof Storage storage
                    && arguments.get(1) instanceof Whole(var offset)) {
                return tensor(storage, offset, numbers(arguments.get(2)), numbers(arguments.get(3)));
            }
        }
        throw new RefusedException("the pickle calls " + kind(function) + " with " + arguments.size()
                + " arguments, which is not how weights are saved");
    }

    private static Tensor tensor(Storage storage, long offset, List<Long> dimensions, List<Long> strides)
            throws RefusedException {
        try {
            var shape = new Shape(dimensions);
            var last = offset;
            for (var i = 0; i < dimensions.size(); i++) {
                last = Math.addExact(last, Math.multiplyExact(strides.get(i), Math.max(0, dimensions.get(i) - 1)));
            }
            if (strides.size() == dimensions.size()
                    && offset >= 0
                    && strides.stream().allMatch(stride -> stride >= 0)
                    && (shape.elements() == 0 || last < storage.elements())) {
                return new Tensor(storage, offset, shape, strides);
            }
        } catch (ArithmeticException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new RefusedException(
                    "a tensor of shape " + dimensions + " and strides " + strides + " is none: " + e.getMessage());
        }
        throw new RefusedException("a tensor of shape " + dimensions + ", strides " + strides + " and offset " + offset
                + " leaves its storage of " + storage.elements() + " elements");
    }

    /** A persistent id: {@code ("storage", class, key, device, elements)}. */
    private static Storage storage(PickleValue id) throws RefusedException {
        if (id instanceof Tuple(var values)
                && values.size() == 5
                && values.get(1) instanceof Global(var name)
                && STORAGES.containsKey(name)
                && values.get(4) instanceof Whole(var elements)
                && elements >= 0
                && elements <= MOST_ELEMENTS) {
            return new Storage(STORAGES.get(name), text(values.get(2)), elements);
        }
        throw new RefusedException("the pickle refers to " + kind(id) + ", which is no storage");
    }

    /** What an object is given after it was made; a state dict's is metadata of modules, which no weight needs. */
    private void build(PickleValue state) throws RefusedException {
        if (!(top() instanceof Dictionary) || !(state instanceof Dictionary)) {
            throw new RefusedException(
                    "the pickle sets the state of " + kind(top()) + ", which is not how weights are saved");
        }
    }

    private void put(List<PickleValue> pairs) throws RefusedException {
        if (!(top() instanceof Dictionary(var entries)) || pairs.size() % 2 != 0) {
            throw new RefusedException("the pickle sets items of what is no dictionary");
        }
        for (var i = 0; i < pairs.size(); i += 2) {
            if (!(pairs.get(i) instanceof Text) && !(pairs.get(i) instanceof Whole)) {
                throw new RefusedException("a dictionary of the pickle has a key that is no text");
            }
            entries.put(pairs.get(i), pairs.get(i + 1));
        }
    }

    private void append(List<PickleValue> values) throws RefusedException {
        if (!(top() instanceof Sequence(var list))) {
            throw new RefusedException("the pickle appends to what is no list");
        }
        list.addAll(values);
    }

    private void push(PickleValue value) {
        stack.add(value);
    }

    private PickleValue top() throws RefusedException {
        if (stack.isEmpty()) {
            throw new RefusedException("the pickle takes from an empty stack");
        }
        return stack.getLast();
    }

    private PickleValue pop() throws RefusedException {
        var value = top();
        stack.removeLast();
        return value;
    }

    private List<PickleValue> last(int count) throws RefusedException {
        if (stack.size() < count) {
            throw new RefusedException("the pickle takes from an empty stack");
        }
        return cut(stack.size() - count);
    }

    private List<PickleValue> toMark() throws RefusedException {
        if (marks.isEmpty() || marks.peek() > stack.size()) {
            throw new RefusedException("the pickle goes back to a mark that is not there");
        }
        return cut(marks.pop());
    }

    private List<PickleValue> cut(int from) {
        var tail = stack.subList(from, stack.size());
        var values = List.copyOf(tail);
        tail.clear();
        return values;
    }

    private PickleValue remembered(int number) throws RefusedException {
        var value = memo.get(number);
        if (value == null) {
            throw new RefusedException("the pickle recalls value " + number + ", which it has not kept");
        }
        return value;
    }

    private String line() {
        var begin = pickle.position();
        while (pickle.get() != '\n') {}
        return StandardCharsets.UTF_8
                .decode(pickle.slice(begin, pickle.position() - 1 - begin))
                .toString();
    }

    private Text utf8(int bytes) {
        if (bytes < 0 || bytes > pickle.remaining()) {
            throw new BufferUnderflowException();
        }
        var text = StandardCharsets.UTF_8
                .decode(pickle.slice(pickle.position(), bytes))
                .toString();
        pickle.position(pickle.position() + bytes);
        return new Text(text);
    }

    private Whole longNumber(int bytes) throws RefusedException {
        if (bytes > Long.BYTES) {
            throw new RefusedException("the pickle has a number of " + bytes + " bytes, at most 8 are read");
        }
        var number = 0L;
        for (var i = 0; i < bytes; i++) {
            var part = pickle.get();
            // The last byte has the sign.
            number |= (i == bytes - 1 ? (long) part : Byte.toUnsignedLong(part)) << Byte.SIZE * i;
        }
        return new Whole(number);
    }

    /** Not the value itself: a pickle can put a dictionary into itself. */
    private static String kind(PickleValue value) {
        return value instanceof Global(var name) ? name : value.getClass().getSimpleName();
    }

    private static String text(PickleValue value) throws RefusedException {
        if (value instanceof Text(var text)) {
            return text;
        }
        throw new RefusedException("the pickle has " + kind(value) + " where a text must be");
    }

    private static List<PickleValue> tuple(PickleValue value) throws RefusedException {
        if (value instanceof Tuple(var values)) {
            return values;
        }
        throw new RefusedException("the pickle has " + kind(value) + " where a tuple must be");
    }

    private static List<Long> numbers(PickleValue tuple) throws RefusedException {
        var numbers = new ArrayList<Long>();
        for (var value : tuple(tuple)) {
            if (!(value instanceof Whole(var number))) {
                throw new RefusedException("the pickle has " + kind(value) + " where a whole number must be");
            }
            numbers.add(number);
        }
        return numbers;
    }
}
