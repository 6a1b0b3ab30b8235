package io.oxbow.s3stream.log;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.log.format.Question;
import io.oxbow.s3stream.log.format.SlotEntry;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.ObjectStore.CreateResult;
import io.oxbow.s3stream.store.ObjectStore.DeleteResult;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import io.oxbow.s3stream.store.ObjectStore.ListResult;
import io.oxbow.s3stream.store.ObjectStore.ObjectSummary;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the questions that newcomers leave for the leader in the bucket. Used by the log's own
 * thread alone; each look is one request, and none is repeated, so that appends never wait long.
 */
final class Receptionist {

    private static final Logger LOG = LoggerFactory.getLogger(Receptionist.class);

    /** Time after which an answer is deleted: by then its newcomer has read it, or is gone. */
    private static final Duration ANSWER_LIFE = Duration.ofMinutes(1);

    private static final int KEYS_PER_LIST = 1000;

    private record Answered(String key, long nanos) {}

    private final ObjectStore store;
    private final Clock clock;
    private final Deque<Answered> answered = new ArrayDeque<>();
    private long lookedNanos;
    private boolean unanswered;

    Receptionist(ObjectStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Starts an epoch of leadership, and deletes questions and answers of earlier epochs. */
    void begin() {
        answered.clear();
        unanswered = false;
        lookedNanos = clock.nanoTime();
        var needless = new ArrayList<String>();
        for (String prefix : List.of(LogKeys.QUESTIONS, LogKeys.ANSWERS)) {
            if (store.list(prefix, "", KEYS_PER_LIST) instanceof ListResult.Listed(var objects)) {
                objects.stream().map(ObjectSummary::key).forEach(needless::add);
            }
        }
        if (!needless.isEmpty()) {
            store.delete(needless);
        }
    }

    /**
     * Looks for a question to {@code leader}, which is this process, and answers it; no more often
     * than once in {@code pause}.
     */
    void look(SlotEntry.Writer leader, Duration pause) {
        long now = clock.nanoTime();
        if (now - lookedNanos < pause.toNanos()) {
            return;
        }
        unanswered = !answered(LogKeys.question(leader.leaderEpoch()));
        if (!unanswered) {
            lookedNanos = now;
            clearUp(now);
        }
    }

    /** Returns true when the store did not answer the last look, which is to be made again soon. */
    boolean isUnanswered() {
        return unanswered;
    }

    /** False when the store did not answer: then the next idle moment is soon enough, not later. */
    private boolean answered(String key) {
        return switch (store.get(key)) {
            case GetResult.Found(var body) -> {
                byte[] bytes = new byte[body.remaining()];
                body.get(bytes);
                yield answered(key, bytes);
            }
            case GetResult.NotFound ignored -> true;
            case GetResult.Unavailable ignored -> false;
        };
    }

    /** Puts the answer, then deletes the question, so that one of the two can always be seen. */
    private boolean answered(String key, byte[] bytes) {
        try {
            Question question = Question.decode(key, bytes);
            String answer = LogKeys.answer(question.id());
            switch (store.putIfAbsent(answer, List.of(ByteBuffer.wrap(bytes)))) {
                case CreateResult.Created ignored -> {}
                case CreateResult.Exists ignored -> {}
                case CreateResult.NotApplied ignored -> {
                    return false;
                }
                case CreateResult.Unknown ignored -> {
                    return false;
                }
            }
            answered.add(new Answered(answer, clock.nanoTime()));
            LOG.warn(
                    "Node {} (incarnation {}) would take the metadata log over; told that this"
                            + " process leads it",
                    question.asker(),
                    question.incarnation());
        } catch (CorruptException e) {
            LOG.warn("A question that cannot be read is taken away: {}", e.getMessage());
        }
        return store.delete(List.of(key)) instanceof DeleteResult.Done;
    }

    private void clearUp(long now) {
        var needless = new ArrayList<String>();
        while (!answered.isEmpty() && now - answered.getFirst().nanos() >= ANSWER_LIFE.toNanos()) {
            needless.add(answered.removeFirst().key());
        }
        if (!needless.isEmpty()) {
            store.delete(needless);
        }
    }
}
