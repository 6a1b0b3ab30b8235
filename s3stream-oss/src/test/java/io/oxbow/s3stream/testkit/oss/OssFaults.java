package io.oxbow.s3stream.testkit.oss;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/** What goes wrong with the next requests of a kind, in order. Thread-safe. */
public final class OssFaults {

    /** One thing that goes wrong. */
    public sealed interface Fault {
        /** Nothing is done, and the answer says why. */
        record Refuse(int status, String code) implements Fault {}

        /** The connection breaks before anything is done. */
        record BreakBefore() implements Fault {}

        /** It is done, but the connection breaks before the answer. */
        record BreakAfter() implements Fault {}

        /** It is done, but the answer is this. */
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

    /** Null when all goes well. */
    synchronized Fault take(OssOperation operation) {
        Deque<Fault> waiting = next.get(operation);
        return waiting == null ? null : waiting.poll();
    }

    public synchronized boolean isDone() {
        return next.values().stream().allMatch(Deque::isEmpty);
    }
}
