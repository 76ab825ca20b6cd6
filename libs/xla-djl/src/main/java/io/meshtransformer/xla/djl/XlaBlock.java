package io.meshtransformer.xla.djl;

import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.PjrtException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A program as DJL's block: the arrays that are no weights in, its results out. Any number of threads may run it. */
final class XlaBlock extends AbstractSymbolBlock implements AutoCloseable {
    private final LoadedProgram program;
    private final XlaNDManager modelManager;

    XlaBlock(LoadedProgram program, XlaNDManager modelManager) {
        this.program = program;
        this.modelManager = modelManager;
    }

    /** Compiles for the manager's device, unless that is done. */
    PlacedProgram on(XlaNDManager manager) throws IOException, MalformedModelException {
        return program.on(manager.platform(), manager.platform().device(manager.getDevice()));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore, NDList inputs, boolean training, PairList<String, Object> parameters) {
        var ordered = Inputs.ordered(program, inputs);
        var manager = parameterStore.getManager() instanceof XlaNDManager ours ? ours : modelManager;
        var placed = placed(manager);
        var owner = ordered.isEmpty() ? manager : ordered.getFirst().getManager();
        return results(run(placed, ordered), placed, XlaNDManager.beside(owner, manager.engine(), manager.getDevice()));
    }

    private PlacedProgram placed(XlaNDManager manager) {
        try {
            return on(manager);
        } catch (IOException | MalformedModelException failed) {
            throw new EngineException(failed.getMessage(), failed);
        }
    }

    private List<Buffer> run(PlacedProgram placed, List<NDArray> inputs) {
        var copies = new ArrayList<Buffer>();
        try {
            var buffers = new ArrayList<Buffer>(inputs.size());
            for (var input : inputs) {
                if (input instanceof XlaNDArray ours && placed.platform().owns(ours.buffer())) {
                    buffers.add(ours.buffer());
                } else {
                    var copy = placed.upload(HostArray.of(input));
                    copies.add(copy);
                    buffers.add(copy);
                }
            }
            return placed.run(buffers);
        } catch (PjrtException failed) {
            throw new EngineException("the program " + program.name() + " failed: " + failed.getMessage(), failed);
        } finally {
            copies.forEach(Buffer::close);
        }
    }

    /** If one cannot be attached, because the manager was closed meanwhile, all are closed. */
    private NDList results(List<Buffer> buffers, PlacedProgram placed, XlaNDManager owner) {
        var results = new NDList(buffers.size());
        try {
            for (var index = 0; index < buffers.size(); index++) {
                var array = XlaNDArray.attached(owner, placed.platform(), buffers.get(index));
                array.setName(program.results().get(index).name());
                results.add(array);
            }
            return results;
        } catch (RuntimeException refused) {
            buffers.forEach(Buffer::close);
            throw refused;
        }
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return program.describeInputs();
    }

    @Override
    public PairList<String, Shape> describeOutput() {
        return program.describeResults();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return describeOutput().values().toArray(Shape[]::new);
    }

    /** None: the weights are arguments of the program and cannot be trained by DJL. */
    @Override
    public ParameterList getDirectParameters() {
        return new ParameterList();
    }

    @Override
    public boolean isInitialized() {
        return true;
    }

    @Override
    public void close() {
        program.close();
    }

    @Override
    public String toString() {
        return program.toString();
    }
}
