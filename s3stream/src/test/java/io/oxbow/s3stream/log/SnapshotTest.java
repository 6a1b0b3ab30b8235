package io.oxbow.s3stream.log;

import static io.oxbow.s3stream.log.LogFixture.appendToApplication;
import static io.oxbow.s3stream.log.LogFixture.lead;
import static io.oxbow.s3stream.log.LogFixture.open;
import static io.oxbow.s3stream.log.LogFixture.set;
import static io.oxbow.s3stream.log.LogFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.log.format.LogSnapshot;
import io.oxbow.s3stream.log.format.SlotCodec;
import io.oxbow.s3stream.log.format.SlotEntry;
import io.oxbow.s3stream.log.format.SnapshotCodec;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnapshotTest {

    private final FaultyStore store = new FaultyStore();

    @Test
    void freshReaderStartsFromTheSnapshot() {
        try (var leader = lead(store, 1)) {
            fill(leader, 10);
            try (var reader = open(store, 2)) {
                assertThat(reader.image().pointers("p")).hasSize(10);
                assertThat(reader.clusterId()).isEqualTo(leader.clusterId());
                assertThat(reader.leadership().nodeId()).isEqualTo(1);
            }
        }
    }

    @Test
    void onlyDataAtOrBelowThePreviousSnapshotIsDeleted() {
        try (var first = lead(store, 1)) {
            fill(first, 3);
        }
        try (var second = lead(store, 2)) {
            fill(second, 6);
            List<String> slots = store.keys("meta/log/");
            assertThat(slots).contains(LogKeys.slot(1));
            long takeover =
                    slots.stream()
                            .filter(key -> entry(key).leader().nodeId() == 2)
                            .filter(key -> entry(key).content() instanceof SlotEntry.Takeover)
                            .count();
            assertThat(takeover).isEqualTo(1);
            List<String> snapshots = store.keys("meta/snap/");
            assertThat(snapshots).hasSize(2);
            long previous = LogKeys.slotOf(snapshots.getFirst());
            assertThat(store.deleted())
                    .filteredOn(key -> key.startsWith("meta/log/"))
                    .isNotEmpty()
                    .allMatch(key -> LogKeys.slotOf(key) <= previous);
            for (long slot = previous + 1; slot <= second.image().slot(); slot++) {
                assertThat(slots).contains(LogKeys.slot(slot));
            }
        }
    }

    private SlotEntry entry(String key) {
        return SlotCodec.decode(key, store.bytes(key));
    }

    @Test
    void damagedSnapshotIsPassedOverForTheOneBefore() {
        try (var leader = lead(store, 1)) {
            fill(leader, 5);
            String newest = store.keys("meta/snap/").getLast();
            byte[] bytes = store.bytes(newest);
            bytes[bytes.length / 2] ^= 4;
            store.overwrite(newest, bytes);
            try (var reader = open(store, 2)) {
                assertThat(reader.image().pointers("p")).hasSize(5);
            }
        }
    }

    @Test
    void damagedSnapshotsAndCollectedSlotsStopTheReaderAloud() {
        try (var leader = lead(store, 1)) {
            fill(leader, 5);
        }
        for (String key : store.keys("meta/snap/")) {
            store.overwrite(key, new byte[] {1, 2, 3});
        }
        assertThatThrownBy(() -> open(store, 2)).isInstanceOf(CorruptException.class);
    }

    @Test
    void applicationSectionPairsWithTheLastSlotAtItsOffset() {
        try (var leader = lead(store, 1)) {
            var memory = new LogFixture.Memory();
            leader.application().register(memory);
            appendToApplication(leader, "k0", "k1");
            until(() -> memory.nextOffset == 2);
            ApplicationSnapshot old = memory.snapshot();
            set(leader, "p0");
            long pairedSlot = leader.image().slot();
            appendToApplication(leader, "k2");
            until(() -> leader.application().highWatermark() == 3);
            set(leader, "p1");
            leader.application().onSnapshot(() -> old);
            leader.snapshot();

            String key = store.keys("meta/snap/").getFirst();
            LogSnapshot snapshot = SnapshotCodec.decode(key, store.bytes(key));
            assertThat(snapshot.position().slot()).isEqualTo(pairedSlot);
            assertThat(snapshot.position().applicationEnd()).isEqualTo(2);
            assertThat(snapshot.image().slot()).isEqualTo(leader.image().slot());

            try (var reader = open(store, 2)) {
                var theirs = new LogFixture.Memory();
                reader.application().register(theirs);
                until(() -> theirs.nextOffset == 3);
                assertThat(theirs.records).containsExactly("k0", "k1", "k2");
                assertThat(theirs.calls.getFirst()).isEqualTo("snapshot to 2");
                assertThat(reader.image().pointers("p")).hasSize(2);
                assertThat(hashes(reader)).isEqualTo(hashes(leader));
            }
        }
    }

    @Test
    void applicationRecordsWithoutASourceMeanNoSnapshot() {
        try (var leader = lead(store, 1)) {
            appendToApplication(leader, "k0");
            until(() -> leader.application().highWatermark() == 1);
            leader.snapshot();
            assertThat(store.keys("meta/snap/")).isEmpty();
        }
    }

    private static LogConfig everyFiveSlots(int nodeId) {
        LogConfig usual = LogFixture.config(nodeId);
        return new LogConfig(
                nodeId,
                new UUID(1, nodeId),
                usual.slotBytesMax(),
                Duration.ZERO,
                usual.pollInterval(),
                usual.retryAtLeast(),
                usual.retryAtMost(),
                5,
                1L << 40);
    }

    @Test
    void followerLetsGoOfWhatTheLeadersSnapshotCovers() {
        try (var leader = lead(store, 1);
                var follower =
                        BucketMetadataLog.open(store, everyFiveSlots(2), Environment.system())) {
            var memory = new LogFixture.Memory();
            leader.application().register(memory);
            leader.application().onSnapshot(memory::snapshot);
            for (int i = 0; i < 20; i++) {
                appendToApplication(leader, "k" + i);
                int next = i + 1;
                until(() -> memory.nextOffset == next);
                leader.snapshot();
            }
            until(() -> {
                set(leader, "x" + System.nanoTime());
                return startsWithSnapshot(follower);
            });
        }
    }

    private static boolean startsWithSnapshot(BucketMetadataLog log) {
        var latecomer = new LogFixture.Memory();
        log.application().register(latecomer);
        until(() -> latecomer.nextOffset == 20);
        log.application().unregister(latecomer);
        assertThat(latecomer.records).hasSize(20);
        return latecomer.calls.getFirst().startsWith("snapshot");
    }

    @Test
    void leaderWritesSnapshotsByItselfAfterSoManySlots() {
        LogConfig config = everyFiveSlots(1);
        try (var log = BucketMetadataLog.open(store, config, Environment.system())) {
            log.takeOver(LogFixture.NOBODY_IS_WELL);
            for (int i = 0; store.keys("meta/snap/").size() < 2; i++) {
                set(log, "p" + i);
            }
            until(() -> !store.deleted().isEmpty());
        }
    }

    @Test
    void followerCannotWriteOne() {
        try (var leader = lead(store, 1);
                var follower = open(store, 2)) {
            assertThat(leader.leadership().here()).isTrue();
            assertThatThrownBy(follower::snapshot).isInstanceOf(LogAppendException.class);
        }
    }

    private static void fill(BucketMetadataLog leader, int pointers) {
        int from = leader.image().pointers("p").size();
        for (int i = 0; i < pointers; i++) {
            set(leader, "p" + (from + i));
            leader.snapshot();
        }
    }

    static List<String> hashes(BucketMetadataLog log) {
        var sections = ((io.oxbow.s3stream.image.MetadataImage) log.image()).sections();
        return List.of(sections.coreHash(), sections.extentsHash());
    }
}
