package io.oxbow.s3stream.log;

import static io.oxbow.s3stream.log.LogFixture.appendToApplication;
import static io.oxbow.s3stream.log.LogFixture.lead;
import static io.oxbow.s3stream.log.LogFixture.open;
import static io.oxbow.s3stream.log.LogFixture.records;
import static io.oxbow.s3stream.log.LogFixture.set;
import static io.oxbow.s3stream.log.LogFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApplicationLogTest {

    private final FaultyStore store = new FaultyStore();

    @Test
    void leaderSeesItsOwnRecordsAfterTheyAreCommitted() {
        try (var log = open(store, 1)) {
            var memory = new LogFixture.Memory();
            log.application().register(memory);
            log.takeOver(LogFixture.NOBODY_IS_WELL);
            until(() -> memory.calls.contains("epoch 1 leader 1 here"));

            long last = log.application().prepare(1, records("a", "b"));
            assertThat(last).isEqualTo(1);
            assertThat(log.application().endOffset()).isEqualTo(2);
            assertThat(log.application().highWatermark()).as("not sent yet").isEqualTo(0);
            log.application().schedulePrepared();

            until(() -> memory.nextOffset == 2);
            assertThat(memory.calls).containsExactly("epoch 1 leader 1 here", "a", "b");
        }
    }

    @Test
    void offsetsCountApplicationRecordsOnly() {
        try (var log = lead(store, 1)) {
            set(log, "p");
            assertThat(appendToApplication(log, "a")).isEqualTo(0);
            set(log, "q");
            assertThat(appendToApplication(log, "b", "c")).isEqualTo(2);
        }
    }

    @Test
    void prepareAtAStaleEpochIsRefused() {
        try (var log = lead(store, 1)) {
            assertThatThrownBy(() -> log.application().prepare(0, records("a")))
                    .isInstanceOf(LogAppendException.class);
            assertThatThrownBy(() -> log.application().prepare(2, records("a")))
                    .isInstanceOf(LogAppendException.class);
        }
    }

    @Test
    void depositionDropsWhatIsNotCommittedAndIsToldBeforeForeignRecords() {
        try (var old = lead(store, 1)) {
            var memory = new LogFixture.Memory();
            old.application().register(memory);
            appendToApplication(old, "a");
            until(() -> memory.nextOffset == 1);
            old.application().prepare(1, records("lost 1"));
            old.application().prepare(1, records("lost 2"));
            assertThat(old.application().endOffset()).isEqualTo(3);
            try (var rival = lead(store, 2)) {
                appendToApplication(rival, "foreign");
                until(() -> rival.application().highWatermark() == 2);
                old.application().schedulePrepared();
                until(() -> memory.nextOffset == 2);

                assertThat(memory.calls)
                        .containsExactly(
                                "epoch 1 leader 1 here",
                                "a",
                                "epoch 1 leader -1",
                                "epoch 2 leader 2",
                                "foreign");
                assertThat(old.application().endOffset()).isEqualTo(2);
                assertThatThrownBy(() -> old.application().prepare(1, records("late")))
                        .isInstanceOf(LogAppendException.class);
            }
        }
    }

    @Test
    void leadershipIsToldOnlyAfterEverythingBeforeIt() {
        try (var first = lead(store, 1)) {
            appendToApplication(first, "a", "b");
            until(() -> first.application().highWatermark() == 2);
        }
        try (var second = open(store, 2)) {
            var memory = new LogFixture.Memory();
            second.application().register(memory);
            second.takeOver(LogFixture.NOBODY_IS_WELL);
            until(() -> memory.calls.contains("epoch 2 leader 2 here"));
            assertThat(memory.calls)
                    .containsSubsequence("a", "b", "epoch 2 leader 2 here")
                    .doesNotContain("epoch 1 leader 1");
        }
    }

    @Test
    void resignedLeaderFollowsAndCanLeadAgain() {
        try (var log = lead(store, 1)) {
            var memory = new LogFixture.Memory();
            log.application().register(memory);
            log.application().resign(7);
            appendToApplication(log, "a");
            until(() -> memory.nextOffset == 1);
            log.application().resign(1);
            until(() -> memory.calls.contains("epoch 1 leader -1"));
            assertThat(log.leadership().here()).isFalse();

            log.takeOver(leader -> {
                throw new AssertionError("nobody leads");
            });
            appendToApplication(log, "b");
            until(() -> memory.nextOffset == 2);
            assertThat(memory.calls)
                    .containsExactly(
                            "epoch 1 leader 1 here",
                            "a",
                            "epoch 1 leader -1",
                            "epoch 2 leader 1 here",
                            "b");
        }
    }

    @Test
    void latecomerIsGivenSnapshotThenBatchesThenTheLeader() {
        try (var log = lead(store, 1)) {
            var memory = new LogFixture.Memory();
            log.application().register(memory);
            log.application().onSnapshot(memory::snapshot);
            appendToApplication(log, "a", "b");
            until(() -> memory.nextOffset == 2);
            log.snapshot();
            appendToApplication(log, "c");
            until(() -> log.application().highWatermark() == 3);

            var latecomer = new LogFixture.Memory();
            log.application().register(latecomer);
            until(() -> latecomer.calls.size() == 3);
            assertThat(latecomer.calls)
                    .containsExactly("snapshot to 2", "c", "epoch 1 leader 1 here");
            assertThat(latecomer.records).containsExactly("a", "b", "c");
            assertThat(memory.calls).doesNotContain("snapshot to 2");
        }
    }

    @Test
    void unregisteredListenerIsToldNothingMoreAndCloseIsTold() {
        var gone = new LogFixture.Memory();
        var stays = new LogFixture.Memory();
        try (var log = lead(store, 1)) {
            log.application().register(gone);
            log.application().register(stays);
            until(() -> gone.calls.size() == 1);
            log.application().unregister(gone);
            appendToApplication(log, "a");
            until(() -> stays.nextOffset == 1);
        }
        until(() -> stays.calls.contains("closed"));
        assertThat(gone.calls).containsExactly("epoch 1 leader 1 here");
    }

    @Test
    void failingListenerDoesNotHarmTheOthers() {
        try (var log = lead(store, 1)) {
            var memory = new LogFixture.Memory();
            log.application()
                    .register(
                            new LogFixture.Memory() {
                                @Override
                                public void committed(List<ApplicationLog.Batch> batches) {
                                    throw new IllegalStateException("on purpose");
                                }
                            });
            log.application().register(memory);
            appendToApplication(log, "a");
            appendToApplication(log, "b");
            until(() -> memory.nextOffset == 2);
        }
    }
}
