package io.meshtransformer.messaging;

/**
 * Where an event stands in its topic. Places of one partition are in the order of the events.
 *
 * @param index within the record's events
 */
public record LogPlace(int partition, long offset, int index) implements Comparable<LogPlace> {
    /** @throws IllegalArgumentException if the other is of another partition: such places have no order */
    @Override
    public int compareTo(LogPlace other) {
        if (partition != other.partition) {
            throw new IllegalArgumentException(this + " and " + other + " are of different partitions");
        }
        return offset != other.offset ? Long.compare(offset, other.offset) : Integer.compare(index, other.index);
    }
}
