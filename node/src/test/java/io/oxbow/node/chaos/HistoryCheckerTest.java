package io.oxbow.node.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.node.chaos.Event.Item;
import io.oxbow.node.chaos.Finding.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Tests that the checker accepts a history without fault, and finds each kind that is planted. */
class HistoryCheckerTest {

    private static final TopicPartition PARTITION = new TopicPartition("numbers", 0);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RECORDS = 10;

    private final List<Event> events = new ArrayList<>();
    private long now;

    @Test
    void historyWithoutFaultHasNoFindings() {
        run();
        assertThat(findings()).isEmpty();
    }

    @Test
    void emptyHistoryHasNoFindings() {
        assertThat(findings()).isEmpty();
    }

    @Test
    void ackedRecordThatTheLogDoesNotHaveIsLost() {
        run();
        events.removeIf(event -> event instanceof Event.Kept kept && kept.offset() == 4);
        events.removeIf(event -> event instanceof Event.Read read && read.offset() == 4);
        assertThat(findings()).containsExactly(Kind.LOST);
    }

    @Test
    void ackedRecordsOfAPartitionThatIsEmptyAreLost() {
        run();
        Item elsewhere = new Item(new TopicPartition("numbers", 1), 0, 0);
        events.add(new Event.Sent(now, elsewhere));
        events.add(new Event.Acked(now, elsewhere, 0));
        events.add(new Event.Read(now, "group", elsewhere, 0));
        assertThat(findings()).containsExactlyInAnyOrder(Kind.LOST, Kind.VANISHED);
    }

    @Test
    void readRecordThatTheLogDoesNotHaveHasVanished() {
        run();
        events.add(new Event.Read(now, "group", item(RECORDS), RECORDS));
        assertThat(findings()).containsExactly(Kind.VANISHED);
    }

    @Test
    void recordThatIsThereTwiceIsDoubled() {
        run();
        events.add(new Event.Kept(now, item(3), RECORDS));
        assertThat(findings()).containsExactly(Kind.DOUBLED);
    }

    @Test
    void recordAfterALaterOneOfItsProducerIsReordered() {
        run();
        Item late = item(RECORDS);
        Item early = item(RECORDS + 1);
        events.add(new Event.Kept(now, early, RECORDS));
        events.add(new Event.Kept(now, late, RECORDS + 1));
        events.add(new Event.Read(now, "group", early, RECORDS));
        events.add(new Event.Read(now, "group", late, RECORDS + 1));
        assertThat(findings()).containsExactly(Kind.REORDERED);
    }

    @Test
    void recordsOfTwoProducersHaveNoOrder() {
        run();
        Item other = new Item(PARTITION, 1, 0);
        events.add(new Event.Kept(now, other, RECORDS));
        events.add(new Event.Read(now, "group", other, RECORDS));
        assertThat(findings()).isEmpty();
    }

    @Test
    void recordThatAGroupDoesNotReadIsUnseen() {
        run();
        events.removeIf(event -> event instanceof Event.Read read && read.offset() == 7);
        assertThat(findings()).containsExactly(Kind.UNSEEN);
    }

    @Test
    void twoRecordsAtOneOffsetAreInconsistent() {
        run();
        events.add(2, new Event.Read(0, "group", item(9), 3));
        assertThat(findings()).containsExactly(Kind.INCONSISTENT);
    }

    @Test
    void ackAtAnothersOffsetIsInconsistent() {
        run();
        events.replaceAll(event ->
                event instanceof Event.Acked acked && acked.offset() == 3
                        ? new Event.Acked(acked.at(), acked.item(), 4)
                        : event);
        assertThat(findings()).containsExactly(Kind.INCONSISTENT);
    }

    @Test
    void groupThatGoesOnBeforeItsCommitHasLostIt() {
        run();
        events.add(new Event.Committed(now, "group", PARTITION, 8));
        events.add(new Event.Assigned(now, "group", PARTITION, 7));
        assertThat(findings()).containsExactly(Kind.COMMIT_LOST);
    }

    @Test
    void groupThatGoesOnAtItsCommitHasNotLostIt() {
        run();
        events.add(new Event.Committed(now, "group", PARTITION, 8));
        events.add(new Event.Assigned(now, "group", PARTITION, 8));
        events.add(new Event.Committed(now, "group", PARTITION, 9));
        assertThat(findings()).isEmpty();
    }

    @Test
    void refusedRecordAndDeadClientAreFound() {
        run();
        events.add(new Event.Refused(now, item(RECORDS), "out of order"));
        events.add(new Event.Died(now, "member", "no reason"));
        assertThat(findings()).containsExactlyInAnyOrder(Kind.REFUSED, Kind.CLIENT_DIED);
    }

    @Test
    void recordWithoutAnAnswerIsStuckOnceNoFaultIsUnderWay() {
        run();
        events.add(new Event.Struck(now, FaultKind.KILL, List.of("one")));
        events.add(new Event.Sent(now, item(RECORDS)));
        now += 100_000;
        events.add(new Event.Healed(now));
        now += 50_000;
        events.add(new Event.Healed(now));
        assertThat(findings()).isEmpty();
        now += 11_000;
        events.add(new Event.Healed(now));
        assertThat(findings()).containsExactly(Kind.STUCK_PRODUCER);
    }

    @Test
    void lateAnswerIsFoundAsAnAbsentOneIs() {
        run();
        Item late = item(RECORDS);
        events.add(new Event.Sent(now, late));
        now += 61_000;
        events.add(new Event.Acked(now, late, RECORDS));
        events.add(new Event.Read(now, "group", late, RECORDS));
        events.add(new Event.Kept(now, late, RECORDS));
        assertThat(findings()).containsExactly(Kind.STUCK_PRODUCER);
    }

    @Test
    void groupThatDoesNotReadForLongIsStuck() {
        run();
        Item late = item(RECORDS);
        events.add(new Event.Sent(now, late));
        events.add(new Event.Acked(now, late, RECORDS));
        now += 61_000;
        events.add(new Event.Read(now, "group", late, RECORDS));
        events.add(new Event.Kept(now, late, RECORDS));
        assertThat(findings()).containsExactly(Kind.STUCK_GROUP);
    }

    @Test
    void groupThatNeverReadIsStuckAndSawNothing() {
        events.add(new Event.Subscribed(0, "idle", "numbers"));
        run();
        now += 61_000;
        events.add(new Event.Healed(now));
        assertThat(findings()).containsExactlyInAnyOrder(Kind.STUCK_GROUP, Kind.UNSEEN);
    }

    @Test
    void nodeThatIsNotReadyForLongIsFound() {
        run();
        events.add(new Event.Asked(now, "one", false));
        events.add(new Event.Struck(now, FaultKind.SUSPEND, List.of("one")));
        now += 30_000;
        events.add(new Event.Healed(now));
        now += 59_000;
        events.add(new Event.Asked(now, "one", true));
        assertThat(findings()).isEmpty();
        events.add(new Event.Asked(now, "one", false));
        now += 61_000;
        events.add(new Event.Healed(now));
        assertThat(findings()).containsExactly(Kind.NOT_READY);
    }

    /** A fault is no excuse while all nodes say that they are ready. */
    @Test
    void readyNodesThatDoNotServeAreFound() {
        run();
        events.add(new Event.Asked(now, "one", true));
        events.add(new Event.Asked(now, "two", false));
        events.add(new Event.Struck(now, FaultKind.CUT_NODES, List.of("one", "two")));
        events.add(new Event.Sent(now, item(RECORDS)));
        now += 61_000;
        events.add(new Event.Asked(now, "two", true));
        assertThat(findings()).isEmpty();
        now += 61_000;
        events.add(new Event.Asked(now, "two", true));
        assertThat(findings()).containsExactly(Kind.READY_NOT_SERVING);
    }

    @Test
    void nodeThatEndsByAFaultOfItsNeighbourIsFound() {
        run();
        events.add(new Event.Ended(now, "two", 1));
        events.add(new Event.Struck(now, FaultKind.SUSPEND, List.of("one")));
        events.add(new Event.Ended(now, "one", 1));
        assertThat(findings()).isEmpty();
        events.add(new Event.Ended(now, "two", 1));
        assertThat(findings()).containsExactly(Kind.ENDED);
    }

    /** Adds a producer's records, as they were read by a group and at the end. */
    private void run() {
        events.add(new Event.Subscribed(now, "group", "numbers"));
        events.add(new Event.Assigned(now, "group", PARTITION, 0));
        for (int number = 0; number < RECORDS; number++) {
            events.add(new Event.Sent(now++, item(number)));
            events.add(new Event.Acked(now++, item(number), number));
            events.add(new Event.Read(now++, "group", item(number), number));
        }
        events.add(new Event.Committed(now, "group", PARTITION, RECORDS / 2));
        for (int number = 0; number < RECORDS; number++) {
            events.add(new Event.Kept(now, item(number), number));
        }
    }

    private static Item item(long number) {
        return new Item(PARTITION, 0, number);
    }

    private Set<Kind> findings() {
        return HistoryChecker.check(events, PATIENCE).stream()
                .map(Finding::kind)
                .collect(Collectors.toSet());
    }
}
