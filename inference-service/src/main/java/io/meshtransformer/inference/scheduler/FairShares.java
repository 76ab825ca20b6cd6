package io.meshtransformer.inference.scheduler;

/** Divides a step's prefill tokens between prompts: round robin by turns of a quantum, so a short prompt passes a long one. */
final class FairShares {

    private FairShares() {}

    /**
     * @param demands tokens each prompt could take, whoever is first in turn first
     * @param quantum most tokens of one turn
     * @return tokens for each prompt, together at most {@code budget}
     */
    static int[] divide(int[] demands, int budget, int quantum) {
        var shares = new int[demands.length];
        var left = budget;
        var progress = true;
        while (left > 0 && progress) {
            progress = false;
            for (int i = 0; i < demands.length && left > 0; i++) {
                var turn = Math.min(Math.min(quantum, left), demands[i] - shares[i]);
                shares[i] += turn;
                left -= turn;
                progress |= turn > 0;
            }
        }
        return shares;
    }
}
