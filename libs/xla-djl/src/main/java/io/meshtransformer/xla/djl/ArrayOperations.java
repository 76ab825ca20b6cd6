package io.meshtransformer.xla.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** DJL's second set of operations of an array: joining is done here, the other sixty are the other engine's. */
final class ArrayOperations implements InvocationHandler {
    private final XlaNDArray array;
    private final Supplier<NDArrayEx> delegate;

    private ArrayOperations(XlaNDArray array, Supplier<NDArrayEx> delegate) {
        this.array = array;
        this.delegate = delegate;
    }

    static NDArrayEx of(XlaNDArray array, Supplier<NDArrayEx> delegate) {
        return (NDArrayEx) Proxy.newProxyInstance(
                NDArrayEx.class.getClassLoader(),
                new Class<?>[] {NDArrayEx.class},
                new ArrayOperations(array, delegate));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "concat" -> concatenate((NDList) arguments[0], axis(arguments));
            case "stack" -> stack((NDList) arguments[0], axis(arguments));
            case "getArray" -> array;
            default -> Delegate.call(method, delegate.get(), arguments);
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
                .map(part -> XlaNDArray.expanded(HostArray.of(part), at))
                .toList();
        return array.derive(HostArray.concatenate(parts, at));
    }
}
