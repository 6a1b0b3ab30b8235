package io.oxbow.s3stream.log.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.CoreRecordCodec;
import io.oxbow.s3stream.image.ImageSections;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.image.Mutation;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Slots, questions and snapshots keep the bytes that the package documents. */
class LogFormatTest {

    private static final UUID CLUSTER = new UUID(0x1111111111111111L, 0x1111111111111111L);
    private static final UUID INCARNATION = new UUID(0x2222222222222222L, 0x2222222222222222L);
    private static final UUID PUT = new UUID(0x3333333333333333L, 0x3333333333333333L);
    private static final UUID PREVIOUS = new UUID(0x4444444444444444L, 0x4444444444444444L);
    private static final SlotEntry.Writer LEADER = new SlotEntry.Writer(7, 3, INCARNATION);
    private static final SlotEntry.Link LINK =
            new SlotEntry.Link(PREVIOUS, new SlotHash(1, 2, 3, 4), 5);
    private static final String HASH_HEX =
            "0000000000000001" + "0000000000000002" + "0000000000000003" + "0000000000000004";

    private static SlotEntry entry(SlotEntry.Content content) {
        return new SlotEntry(CLUSTER, 258, PUT, LEADER, LINK, 1_000, content);
    }

    private static SlotEntry data() {
        byte[] core = CoreRecordCodec.encode(new CoreRecord.FenceNode(1, 2));
        return entry(
                new SlotEntry.Data(
                        List.of(List.of(new byte[] {9}, new byte[] {8, 7}), List.of(new byte[0])),
                        List.of(core)));
    }

    private static String header(int type) {
        return "4f584d4c"
                + "0001"
                + "0"
                + type
                + "00"
                + "11".repeat(16)
                + "0000000000000102"
                + "00000007"
                + "00000003"
                + "22".repeat(16)
                + "33".repeat(16)
                + "44".repeat(16)
                + HASH_HEX
                + "0000000000000005"
                + "00000000000003e8";
    }

    private static void assertBytes(SlotEntry entry, String hexWithoutCrc) {
        byte[] bytes = SlotCodec.encode(entry);
        byte[] body = HexFormat.of().parseHex(hexWithoutCrc);
        assertThat(HexFormat.of().formatHex(bytes, 0, bytes.length - 4)).isEqualTo(hexWithoutCrc);
        var crc = new CRC32C();
        crc.update(body);
        assertThat(ByteBuffer.wrap(bytes).getInt(bytes.length - 4)).isEqualTo((int) crc.getValue());
        assertThat(SlotCodec.encode(SlotCodec.decode("slot", bytes))).isEqualTo(bytes);
    }

    @Test
    void slotsHaveTheGoldenBytes() {
        assertBytes(entry(new SlotEntry.Takeover()), header(1));
        assertBytes(
                data(),
                header(2)
                        + "02"
                        + "02"
                        + "0109"
                        + "020807"
                        + "01"
                        + "00"
                        + "01"
                        + "04"
                        + "02010102");
        assertBytes(entry(new SlotEntry.Resign(-1)), header(3) + "01");
    }

    @Test
    void applicationEndCountsTheRecords() {
        assertThat(data().applicationEnd()).isEqualTo(8);
    }

    private static LogSnapshot snapshot() {
        var position = new LogPosition(300, PUT, new SlotHash(1, 2, 3, 4), LEADER, true, 5);
        var application = new ApplicationSnapshot(5, 6, 7, List.of(List.of(new byte[] {1, 2})));
        var image = new MetadataImage();
        image.apply(301, 7_000, List.of());
        return new LogSnapshot(
                CLUSTER, PREVIOUS, position, List.of(1L, 130L), application, image.sections());
    }

    @Test
    void snapshotHasTheGoldenBytes() {
        byte[] bytes = SnapshotCodec.encode(snapshot());
        String hex = HexFormat.of().formatHex(bytes);
        String header =
                "4f584d53"
                        + "0002"
                        + "0000"
                        + "11".repeat(16)
                        + "44".repeat(16)
                        + "000000000000012c"
                        + "33".repeat(16)
                        + HASH_HEX
                        + "00000007"
                        + "00000003"
                        + "22".repeat(16)
                        + "01"
                        + "0000000000000005"
                        + "000000000000012d";
        assertThat(hex).startsWith(header);
        String afterHeader = hex.substring(header.length() + 8);
        String takeovers = "00000001" + "0000000000000004" + "02" + "01" + "8101";
        assertThat(afterHeader).startsWith(takeovers);
        String afterTakeovers = afterHeader.substring(takeovers.length() + 8);
        String application =
                "00000002"
                        + "0000000000000019"
                        + "0000000000000005"
                        + "00000006"
                        + "0000000000000007"
                        + "01"
                        + "01"
                        + "020102";
        assertThat(afterTakeovers).startsWith(application);
        String afterApplication = afterTakeovers.substring(application.length() + 8);
        String core = "00000003" + "0000000000000009" + "000000" + "0000" + "0000" + "0000";
        assertThat(afterApplication).startsWith(core);
        String extents = "00000004" + "0000000000000003" + "000000";
        String afterCore = afterApplication.substring(core.length() + 8);
        assertThat(afterCore).startsWith(extents);
        assertThat(afterCore.substring(extents.length() + 8))
                .startsWith("00000005" + "0000000000000000");
        assertThat(SnapshotCodec.encode(SnapshotCodec.decode("snapshot", bytes))).isEqualTo(bytes);
    }

    @Test
    void keysSortAsSlotsDo() {
        assertThat(LogKeys.slot(1)).isEqualTo("meta/log/00000000000000000001");
        assertThat(LogKeys.slot(Long.MAX_VALUE)).isEqualTo("meta/log/09223372036854775807");
        assertThat(LogKeys.snapshot(7, new UUID(0, 1)))
                .isEqualTo("meta/snap/00000000000000000007-00000000-0000-0000-0000-000000000001");
        assertThat(LogKeys.slotOf(LogKeys.snapshot(7, new UUID(0, 1)))).isEqualTo(7);
        assertThat(LogKeys.slotOf(LogKeys.slot(12))).isEqualTo(12);
        assertThatThrownBy(() -> LogKeys.slotOf("meta/log/readme.txt"))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("readme.txt");
    }

    @Test
    void sectionsThatDoNotPairAreRefused() {
        LogSnapshot good = snapshot();
        var early =
                new ImageSections(
                        299, good.image().core(), good.image().extents(), good.image().times());
        var bad =
                new LogSnapshot(
                        CLUSTER, PUT, good.position(), good.takeovers(), good.application(), early);
        assertThatThrownBy(() -> SnapshotCodec.decode("snapshot", SnapshotCodec.encode(bad)))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("do not pair");
    }

    @Test
    void everyFlippedBitOfASlotIsFound() {
        byte[] good = SlotCodec.encode(data());
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> SlotCodec.decode("meta/log/x", bad))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining("meta/log/x");
        }
    }

    @Test
    void garbageBehindAValidCrcIsCorruptOrASlotAndNothingElse() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        byte[] good = SlotCodec.encode(data());
        int decoded = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bad = Mutation.of(good, random);
            sign(bad);
            try {
                SlotCodec.decode("meta/log/x", bad);
                decoded++;
            } catch (CorruptException e) {
                assertThat(e).as("seed " + seed).hasMessageContaining("meta/log/x");
            }
        }
        assertThat(decoded).isPositive();
    }

    @Test
    void garbageInASnapshotIsCorruptAndNothingElse() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        byte[] good = SnapshotCodec.encode(snapshot());
        for (int i = 0; i < 100_000; i++) {
            byte[] bad = Mutation.of(good, random);
            try {
                assertThat(SnapshotCodec.encode(SnapshotCodec.decode("meta/snap/x", bad)))
                        .as("seed " + seed)
                        .isEqualTo(good);
            } catch (CorruptException e) {
                assertThat(e).as("seed " + seed).hasMessageContaining("meta/snap/x");
            }
        }
    }

    private static void sign(byte[] bytes) {
        if (bytes.length >= 4) {
            var crc = new CRC32C();
            crc.update(bytes, 0, bytes.length - 4);
            ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
        }
    }
}
