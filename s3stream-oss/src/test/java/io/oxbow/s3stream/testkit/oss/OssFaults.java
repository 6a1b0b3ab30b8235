package io.oxbow.s3stream.testkit.oss;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/** Faults of the next requests of each kind, in order. Thread-safe. */
public final class OssFaults {

    /** One fault. */
    public sealed interface Fault {
        /** The request is not done, and the answer tells why. */
        record Refuse(int status, String code) implements Fault {}

        /** The connection breaks before the request is done. */
        record BreakBefore() implements Fault {}

        /** The request is done, but the connection breaks before the answer. */
        record BreakAfter() implements Fault {}

        /** The request is done, but the answer is this error. */
        record AnswerAfter(int status, String code) implements Fault {}

        /** The answer's body loses its last byte's lowest bit. */
        record DamageBody() implements Fault {}

        /** The request's body is received with a flipped bit. */
        record DamageRequest() implements Fault {}

        /** The answer's body ends early. */
        record CutBody() implements Fault {}
    }

    private final Map<OssOperation, Deque<Fault>> next = new EnumMap<>(OssOperation.class);

    public synchronized OssFaults next(OssOperation operation, Fault... faults) {
        for (Fault fault : faults) {
            next.computeIfAbsent(operation, none -> new ArrayDeque<>()).add(fault);
        }
        return this;
    }

    /** Takes the next fault of an operation; null when there is none. */
    synchronized Fault take(OssOperation operation) {
        Deque<Fault> waiting = next.get(operation);
        return waiting == null ? null : waiting.poll();
    }

    public synchronized boolean isDone() {
        return next.values().stream().allMatch(Deque::isEmpty);
    }
}
