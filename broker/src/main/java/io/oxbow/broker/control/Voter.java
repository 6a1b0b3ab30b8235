package io.oxbow.broker.control;

/**
 * Node that may lead the metadata log, as Kafka's tools see it: by the slots that it has applied.
 *
 * @param slot up to which it has applied; -1 when that is not known
 * @param contactMillis time of its last contact with the leader; -1 when that is not known
 */
public record Voter(int nodeId, long slot, long contactMillis) {}
