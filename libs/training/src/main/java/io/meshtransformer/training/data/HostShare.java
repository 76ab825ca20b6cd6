package io.meshtransformer.training.data;

/**
 * Which rows of every micro-batch a host feeds: an equal part, in the order of hosts, so that a global step is the same
 * for any number of them.
 *
 * @param host from 0
 * @param hosts all of them
 */
public record HostShare(int host, int hosts) {
    /** One host feeds everything. */
    public static final HostShare ALL = new HostShare(0, 1);

    public HostShare {
        if (hosts < 1) {
            throw new IllegalArgumentException("hosts: " + hosts + " must be at least 1");
        }
        if (host < 0 || host >= hosts) {
            throw new IllegalArgumentException("host " + host + " is not one of " + hosts + ", which count from 0");
        }
    }

    /**
     * Rows of a micro-batch that are this host's.
     *
     * @throws IllegalArgumentException if the hosts cannot share the batch equally
     */
    public int rows(int batch) {
        if (batch % hosts != 0) {
            throw new IllegalArgumentException(
                    "a batch of " + batch + " sequences cannot be cut into equal parts for " + hosts + " hosts");
        }
        return batch / hosts;
    }

    /** Its first row. */
    public int firstRow(int batch) {
        return host * rows(batch);
    }
}
