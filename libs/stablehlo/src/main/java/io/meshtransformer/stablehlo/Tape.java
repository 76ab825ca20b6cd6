package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.gradient.CustomCallRule;
import io.meshtransformer.stablehlo.ir.Operation;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.List;
import java.util.Optional;

/** What a builder has written so far, for a transformation that adds to it. */
public final class Tape {
    private final BlockBuilder block;

    Tape(BlockBuilder block) {
        this.block = block;
    }

    /** Statements whose results are visible: those of the blocks around it first, then its own. */
    public List<Statement> statements() {
        return block.visibleStatements();
    }

    /**
     * Puts an operation with more results in the place of another; the results that there were stay the values they are.
     *
     * @return the results that are new
     */
    public List<Value> extend(Statement statement, Operation operation) {
        return block.extend(statement, operation);
    }

    /** A channel that no collective of the program has. */
    public int freshChannel() {
        return block.program().freshChannel();
    }

    public Optional<CustomCallRule> customCallRule(String target) {
        return block.program().customCallRule(target);
    }
}
