package io.oxbow.s3stream.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.StandingClock;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.log.format.Question;
import io.oxbow.s3stream.log.format.SlotEntry;
import io.oxbow.s3stream.store.ObjectStore.GetResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Tests that a leader answers questions in the bucket, and looks again where the store did not
 * answer.
 */
class ReceptionistTest {

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final SlotEntry.Writer LEADER = new SlotEntry.Writer(3, 1, new UUID(0, 9));

    private final FaultyStore store = new FaultyStore();
    private final StandingClock clock = new StandingClock();
    private final Receptionist receptionist = new Receptionist(store, clock);
    private final Question question = new Question(new UUID(1, 2), 3, 2, new UUID(5, 6));

    @Test
    void looksNoMoreOftenThanItIsTold() {
        receptionist.begin();
        put();
        receptionist.look(LEADER, PAUSE);
        assertThat(isAnswered()).isFalse();
        clock.pass(PAUSE);
        receptionist.look(LEADER, PAUSE);
        assertThat(isAnswered()).isTrue();
    }

    /** Three looks that are lost would be all that a newcomer waits for. */
    @Test
    void lookThatTheStoreDidNotAnswerIsMadeAgainAtOnce() {
        receptionist.begin();
        put();
        clock.pass(PAUSE);
        store.plan(key -> key.startsWith(LogKeys.ANSWERS), FaultyStore.Fate.REFUSED);
        receptionist.look(LEADER, PAUSE);
        assertThat(isAnswered()).isFalse();
        receptionist.look(LEADER, PAUSE);
        assertThat(isAnswered()).isTrue();
    }

    private void put() {
        store.putIfAbsent(LogKeys.question(3), List.of(ByteBuffer.wrap(question.encode())));
    }

    private boolean isAnswered() {
        return store.get(LogKeys.answer(question.id())) instanceof GetResult.Found
                && store.get(LogKeys.question(3)) instanceof GetResult.NotFound;
    }
}
