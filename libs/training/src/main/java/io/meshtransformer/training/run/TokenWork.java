package io.meshtransformer.training.run;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;

/**
 * FLOPs that a token takes in a step: for each parameter 2 forward and 2 for the gradient of what it is multiplied by, and
 * 2 more for its own gradient where it is trained; so 6 N where all are. Kaplan et al. 2020, without attention's share.
 *
 * @param trained parameters that are trained
 * @param frozen parameters that are not: the model's where adapters are trained
 * @param rematerialised whether the forward pass is run again for the gradient
 */
record TokenWork(long trained, long frozen, boolean rematerialised) {

    static TokenWork of(GptjConfig model, RunConfiguration configuration) {
        var parameters = GptjTensors.parameters(model);
        var rematerialised = configuration.devices().rematerialise();
        return configuration
                .lora()
                .map(lora -> new TokenWork(lora.options().parameters(model), parameters, rematerialised))
                .orElseGet(() -> new TokenWork(parameters, 0, rematerialised));
    }

    /** What the step asks for. */
    double modelFlops() {
        return 6.0 * trained + 4.0 * frozen;
    }

    /** What devices do for it. */
    double hardwareFlops() {
        return rematerialised ? modelFlops() + 2.0 * (trained + frozen) : modelFlops();
    }
}
