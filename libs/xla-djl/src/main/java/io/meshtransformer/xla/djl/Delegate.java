package io.meshtransformer.xla.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.Set;

/**
 * The other engine's manager as arrays see it: every array that goes there passes {@code from}, and is turned back here
 * if that engine could not take it. PyTorch's does not refuse an element type that it does not know, it ends the process.
 */
final class Delegate implements InvocationHandler {
    /** What every engine of DJL knows. */
    private static final Set<DataType> SAFE = EnumSet.of(
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.FLOAT16,
            DataType.UINT8,
            DataType.INT8,
            DataType.INT32,
            DataType.INT64,
            DataType.BOOLEAN);

    private final NDManager manager;

    private Delegate(NDManager manager) {
        this.manager = manager;
    }

    /** @param manager null if there is no other engine; then nothing gets through */
    static NDManager of(NDManager manager) {
        return (NDManager) Proxy.newProxyInstance(
                NDManager.class.getClassLoader(), new Class<?>[] {NDManager.class}, new Delegate(manager));
    }

    static UnsupportedOperationException nobody(String operation) {
        return new UnsupportedOperationException(
                operation + " is not done on XLA arrays, and no other engine is here that"
                        + " could: make it part of the program, or put ai.djl.pytorch:pytorch-engine on the class path");
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (manager == null) {
            throw nobody("this operation");
        }
        if (method.getName().equals("from") && arguments[0] instanceof NDArray array) {
            requireSafe(array.getDataType());
        }
        return call(method, manager, arguments);
    }

    private void requireSafe(DataType type) {
        if (!SAFE.contains(type)) {
            throw new UnsupportedOperationException("an array of " + type + " is not given to "
                    + manager.getEngine().getEngineName()
                    + ", which may not know that type: use toType, FLOAT32 for example, before");
        }
    }

    /** Calls a method as if it were called directly. */
    static Object call(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
