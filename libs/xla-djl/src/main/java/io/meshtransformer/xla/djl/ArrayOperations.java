package io.meshtransformer.xla.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** DJL's second set of operations of an array: joining is done here, the other sixty are the other engine's. */
final class ArrayOperations implements InvocationHandler {
    private final XlaNDArray array;
    private final NDManager manager;
    private final Supplier<NDArrayEx> delegate;

    private ArrayOperations(XlaNDArray array, NDManager manager, Supplier<NDArrayEx> delegate) {
        this.array = array;
        this.manager = manager;
        this.delegate = delegate;
    }

    /**
     * @param manager the other engine's, guarded
     * @param delegate gives the other engine's operations
     */
    static NDArrayEx of(XlaNDArray array, NDManager manager, Supplier<NDArrayEx> delegate) {
        return (NDArrayEx) Proxy.newProxyInstance(
                NDArrayEx.class.getClassLoader(),
                new Class<?>[] {NDArrayEx.class},
                new ArrayOperations(array, manager, delegate));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "concat" -> concatenate((NDList) arguments[0], axis(arguments));
            case "stack" -> stack((NDList) arguments[0], axis(arguments));
            case "getArray" -> array;
            default -> Delegate.call(method, delegate.get(), handedOver(arguments));
        };
    }

    private Object[] handedOver(Object[] arguments) {
        return arguments == null
                ? null
                : Arrays.stream(arguments).map(this::handedOver).toArray();
    }

    private Object handedOver(Object argument) {
        return switch (argument) {
            case NDList list ->
                new NDList(
                        (Collection<NDArray>) list.stream().map(manager::from).toList());
            case NDArray operand -> manager.from(operand);
            case XlaNDManager ours -> ours.alternative();
            case null, default -> argument;
        };
    }

    private static int axis(Object[] arguments) {
        return arguments.length == 1 ? 0 : (int) arguments[1];
    }

    private NDArray concatenate(NDList others, int axis) {
        var parts = Stream.concat(Stream.of(array), others.stream())
                .map(HostArray::of)
                .toList();
        return array.derive(HostArray.concatenate(parts, array.axis(axis)));
    }

    private NDArray stack(NDList others, int axis) {
        var at = axis < 0 ? axis + array.getShape().dimension() + 1 : axis;
        var parts = Stream.concat(Stream.of(array), others.stream())
                .map(part -> RearrangedArray.expanded(HostArray.of(part), at))
                .toList();
        return array.derive(HostArray.concatenate(parts, at));
    }
}
