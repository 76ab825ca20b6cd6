package io.meshtransformer.stablehlo.ir;

import static io.meshtransformer.stablehlo.ir.Domain.FLOAT;
import static io.meshtransformer.stablehlo.ir.Domain.LOGICAL;
import static io.meshtransformer.stablehlo.ir.Domain.NUMBER;
import static io.meshtransformer.stablehlo.ir.Domain.SIGNED;

/** Operations that map each element on its own. */
public enum UnaryFunction {
    ABS("abs", SIGNED),
    CEIL("ceil", FLOAT),
    COSINE("cosine", FLOAT),
    EXPONENTIAL("exponential", FLOAT),
    EXPONENTIAL_MINUS_ONE("exponential_minus_one", FLOAT),
    FLOOR("floor", FLOAT),
    /** Its result is {@code i1}. */
    IS_FINITE("is_finite", FLOAT),
    LOG("log", FLOAT),
    LOG_PLUS_ONE("log_plus_one", FLOAT),
    LOGISTIC("logistic", FLOAT),
    NEGATE("negate", NUMBER),
    NOT("not", LOGICAL),
    ROUND_NEAREST_EVEN("round_nearest_even", FLOAT),
    RSQRT("rsqrt", FLOAT),
    SIGN("sign", SIGNED),
    SINE("sine", FLOAT),
    SQRT("sqrt", FLOAT),
    TANH("tanh", FLOAT);

    private final String text;
    private final Domain domain;

    UnaryFunction(String text, Domain domain) {
        this.text = text;
        this.domain = domain;
    }

    /** Element types that it takes. */
    public Domain domain() {
        return domain;
    }

    @Override
    public String toString() {
        return text;
    }
}
