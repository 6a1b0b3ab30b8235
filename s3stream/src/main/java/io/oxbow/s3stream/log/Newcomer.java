package io.oxbow.s3stream.log;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.log.format.LogPosition;
import io.oxbow.s3stream.log.format.Question;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * Asks a leader through the bucket when it does not answer by network. Used by the log's own thread
 * alone; writes nothing into the log.
 *
 * <p>Silence is one and the same question lying there for the whole patience, whoever put it: a
 * leader that lives answers it and takes it away. Time in which the store does not answer does not
 * count, and the patience lasts for three of the store's own answers at least: the leader needs as
 * many to see the question and to answer it. Whatever is put has an id of its own, so that nobody
 * takes a question that was answered and put again for one that has lain there all the time.
 */
final class Newcomer {

    /** Number of the store's answers that a leader needs: its put before, a look, its answer. */
    private static final int ANSWERS = 3;

    /** Result of asking. */
    enum Reply {
        ANSWERED,
        SILENT,

        /** The log has a slot that it did not have before. */
        MOVED
    }

    private final ObjectStore store;
    private final SlotObjects slots;
    private final LogConfig config;
    private final Environment environment;
    private final Pauses pauses;
    private Question question;

    /** Longest that the store took for an answer since the question. */
    private long slowestNanos;

    Newcomer(
            ObjectStore store,
            SlotObjects slots,
            LogConfig config,
            Environment environment,
            Pauses pauses) {
        this.store = store;
        this.slots = slots;
        this.config = config;
        this.environment = environment;
        this.pauses = pauses;
        this.question = next(0);
    }

    /** Asks the leader at {@code place}, the end of the log, and waits for the answer. */
    Reply ask(LogPosition place, LogConfig.Questions timing) {
        question = next(place.leader().leaderEpoch());
        slowestNanos = 0;
        try {
            return await(place.slot() + 1, timing);
        } finally {
            takeBack();
        }
    }

    private Question next(int leaderEpoch) {
        UUID id = new UUID(environment.random().nextLong(), environment.random().nextLong());
        return new Question(id, leaderEpoch, config.nodeId(), config.incarnation());
    }

    private Reply await(long nextSlot, LogConfig.Questions timing) {
        String key = LogKeys.question(question.leaderEpoch());
        UUID lying = null;
        long since = nanoTime();
        while (true) {
            if (store.get(LogKeys.answer(question.id())) instanceof GetResult.Found) {
                return Reply.ANSWERED;
            }
            if (slots.glance(nextSlot) == SlotObjects.Sight.TAKEN) {
                return Reply.MOVED;
            }
            // Before the look: what lay there by then may be answered by the time it is read.
            long looked = nanoTime();
            GetResult found = store.get(key);
            tookSince(looked);
            UUID now = found instanceof GetResult.Found(var body) ? idOf(key, body) : null;
            if (found instanceof GetResult.NotFound) {
                // It may have been answered and taken away since the look above.
                if (store.get(LogKeys.answer(question.id())) instanceof GetResult.Found) {
                    return Reply.ANSWERED;
                }
                question = next(question.leaderEpoch());
                long putAt = nanoTime();
                store.putIfAbsent(key, List.of(ByteBuffer.wrap(question.encode())));
                tookSince(putAt);
            }
            if (now == null || !now.equals(lying)) {
                lying = now;
                since = nanoTime();
            } else if (looked - since >= patienceNanos(timing)) {
                return Reply.SILENT;
            }
            pauses.pause(timing.poll());
        }
    }

    private void tookSince(long nanos) {
        slowestNanos = Math.max(slowestNanos, nanoTime() - nanos);
    }

    private long patienceNanos(LogConfig.Questions timing) {
        return Math.max(timing.patience().toNanos(), ANSWERS * slowestNanos);
    }

    /** Returns the id of the question in {@code body}, or one fixed id for all damaged bytes. */
    private static UUID idOf(String key, ByteBuffer body) {
        try {
            byte[] bytes = new byte[body.remaining()];
            body.get(bytes);
            return Question.decode(key, bytes).id();
        } catch (CorruptException e) {
            return new UUID(0, 0);
        }
    }

    /**
     * Deletes the question and its answer, if the store answers; otherwise the next leader does.
     */
    private void takeBack() {
        String key = LogKeys.question(question.leaderEpoch());
        boolean own =
                store.get(key) instanceof GetResult.Found(var body)
                        && question.id().equals(idOf(key, body));
        String answer = LogKeys.answer(question.id());
        store.delete(own ? List.of(key, answer) : List.of(answer));
    }

    private long nanoTime() {
        return environment.clock().nanoTime();
    }
}
