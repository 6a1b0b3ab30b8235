package io.oxbow.s3stream.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.StreamName;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CoreRecordCodecTest {

    private static final UUID ONE = new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
    private static final String ONE_HEX = "0102030405060708090a0b0c0d0e0f10";

    /** Bytes of records as they are in buckets already, which never change. */
    private static final Map<CoreRecord, String> GOLDEN =
            Map.ofEntries(
                    Map.entry(
                            new CoreRecord.RegisterNode(
                                    300, ONE, WalKind.FILE, List.of(ONE), "h:1"),
                            "0101ac02" + ONE_HEX + "0001" + ONE_HEX + "03683a31"),
                    Map.entry(
                            new CoreRecord.RegisterNode(1, ONE, WalKind.OBJECT, List.of(), "h:1"),
                            "010101" + ONE_HEX + "0100" + "03683a31"),
                    Map.entry(
                            new CoreRecord.RegisterNode(
                                    1,
                                    ONE,
                                    WalKind.OBJECT,
                                    List.of(),
                                    "h:1",
                                    new Membership("h:2", ONE, 300)),
                            "010201"
                                    + ONE_HEX
                                    + "0100"
                                    + "03683a31"
                                    + "03683a32"
                                    + ONE_HEX
                                    + "ac02"),
                    Map.entry(
                            new CoreRecord.RegisterNode(
                                    1,
                                    ONE,
                                    WalKind.OBJECT,
                                    List.of(),
                                    "h:1",
                                    new Membership("h:2", ONE, 300, List.of("k:3"))),
                            "010301"
                                    + ONE_HEX
                                    + "0100"
                                    + "03683a31"
                                    + "03683a32"
                                    + ONE_HEX
                                    + "ac02"
                                    + "01036b3a33"),
                    Map.entry(new CoreRecord.RemoveNode(300), "0f01ac02"),
                    Map.entry(new CoreRecord.FenceNode(1, 128), "0201018001"),
                    Map.entry(new CoreRecord.CompleteRecovery(1, 2, 3, true), "030101020301"),
                    Map.entry(new CoreRecord.ClaimRecovery(2, 7, 1, 128), "0d01020701" + "8001"),
                    Map.entry(new CoreRecord.ReleaseRecovery(2, 7, 1, 128), "0e01020701" + "8001"),
                    Map.entry(
                            new CoreRecord.OpenStreams(
                                    1, 2, List.of(new StreamName(ONE, 3, StreamName.Kind.STATE))),
                            "0401010201" + ONE_HEX + "0301"),
                    Map.entry(
                            new CoreRecord.CloseStreams(
                                    1,
                                    2,
                                    List.of(
                                            new CoreRecord.Opening(7, 1),
                                            new CoreRecord.Opening(300, 2))),
                            "05010102020701ac0202"),
                    Map.entry(new CoreRecord.DeleteStreams(1, 2, List.of(7L)), "060101020107"),
                    Map.entry(
                            new CoreRecord.CommitObjects(
                                    1,
                                    5,
                                    3,
                                    9,
                                    4,
                                    List.of(1000L, 1L),
                                    List.of(
                                            new CoreRecord.NewObject(
                                                    "o",
                                                    4096,
                                                    List.of(
                                                            new CoreRecord.Range(
                                                                    7, 2, 100, 10, 500, -1),
                                                            new CoreRecord.Range(
                                                                    9, 1, 0, 1, 5, 62))),
                                            new CoreRecord.NewObject("p", 1, List.of()))),
                            "070101050609"
                                    + "0402e80701"
                                    + "02"
                                    + "016f"
                                    + "8020"
                                    + "02"
                                    + "0702640af40301"
                                    + "02010001057e"
                                    + "01700100"),
                    Map.entry(
                            new CoreRecord.CommitObjects(1, 5, 0, 9, 4, List.of(1000L), List.of()),
                            "0701010500090401e80700"),
                    Map.entry(
                            new CoreRecord.TrimStreams(1, 2, List.of(new CoreRecord.Trim(7, 300))),
                            "080101020107ac02"),
                    Map.entry(
                            new CoreRecord.CompactObjects(
                                    1,
                                    5,
                                    4,
                                    List.of("a", "b"),
                                    List.of(
                                            new CoreRecord.NewObject(
                                                    "o",
                                                    4096,
                                                    List.of(
                                                            new CoreRecord.Range(
                                                                    7, 0, 100, 10, 500, -1))))),
                            "0b010105040201610162" + "01" + "016f802001" + "0700640af40301"),
                    Map.entry(
                            new CoreRecord.RewriteExtents(
                                    1,
                                    5,
                                    4,
                                    List.of("a", "b"),
                                    List.of(
                                            new CoreRecord.NewObject(
                                                    "o",
                                                    4096,
                                                    List.of(
                                                            new CoreRecord.Range(
                                                                    7, 0, 100, 10, 500, -1))),
                                            new CoreRecord.NewObject(
                                                    "p",
                                                    1,
                                                    List.of(
                                                            new CoreRecord.Range(
                                                                    7, 0, 110, 1, 5, -1))))),
                            "100101050402"
                                    + "01610162"
                                    + "02"
                                    + "016f802001"
                                    + "0700640af40301"
                                    + "01700101"
                                    + "07006e010501"),
                    Map.entry(
                            new CoreRecord.ArchiveExtents(
                                    1,
                                    5,
                                    4,
                                    new CoreRecord.Composite(
                                            "c",
                                            300,
                                            2,
                                            List.of(
                                                    new CoreRecord.Part(7, 100, 400),
                                                    new CoreRecord.Part(9, 0, 5))),
                                    List.of("a", "b")),
                            "0c010105040163ac0202" + "02" + "0764ac02" + "020005" + "0201610162"),
                    Map.entry(
                            new CoreRecord.ObjectsDeleted(List.of("a", "bc")), "0901020161026263"));

    @Test
    void bytesAreTheGoldenOnes() {
        GOLDEN.forEach((record, hex) -> {
            assertThat(HexFormat.of().formatHex(CoreRecordCodec.encode(record)))
                    .as(record.toString())
                    .isEqualTo(hex);
            assertThat(CoreRecordCodec.decode(HexFormat.of().parseHex(hex))).isEqualTo(record);
        });
    }

    @Test
    void pointersHaveTheGoldenBytes() {
        var put = new CoreRecord.PutPointer("k", 2, new byte[] {1, 2});
        assertThat(HexFormat.of().formatHex(CoreRecordCodec.encode(put)))
                .isEqualTo("0a01016b0201020102");
        var delete = new CoreRecord.PutPointer("k", 2, null);
        assertThat(HexFormat.of().formatHex(CoreRecordCodec.encode(delete)))
                .isEqualTo("0a01016b0200");
        var read = (CoreRecord.PutPointer) CoreRecordCodec.decode(CoreRecordCodec.encode(put));
        assertThat(read.value()).containsExactly(1, 2);
    }

    @Test
    void rangeOfAStreamTakesFewBytes() {
        var ranges =
                java.util.stream.LongStream.rangeClosed(1, 1000)
                        .mapToObj(id ->
                                new CoreRecord.Range(
                                        id, 3, 90_000, 100, 6000, 1_700_000_000_000L + id))
                        .toList();
        var commit =
                new CoreRecord.CommitObjects(
                        1,
                        1,
                        0,
                        1,
                        0,
                        List.of(0L),
                        List.of(new CoreRecord.NewObject("o", 1, ranges)));
        assertThat(CoreRecordCodec.encode(commit).length).isLessThan(1000 * 10);
    }

    @Test
    void largestNumbersSurvive() {
        var range =
                new CoreRecord.Range(
                        Long.MAX_VALUE, 1, Long.MAX_VALUE - 1, 1, Long.MAX_VALUE, Long.MIN_VALUE);
        var commit =
                new CoreRecord.CommitObjects(
                        Integer.MAX_VALUE,
                        Long.MAX_VALUE,
                        Long.MAX_VALUE,
                        Long.MAX_VALUE,
                        Long.MAX_VALUE,
                        List.of(Long.MAX_VALUE),
                        List.of(new CoreRecord.NewObject("o", Long.MAX_VALUE, List.of(range))));
        assertThat(CoreRecordCodec.decode(CoreRecordCodec.encode(commit))).isEqualTo(commit);
    }

    @Test
    void malformedRecordsAreNotWritten() {
        var overflow = new CoreRecord.Range(1, 1, Long.MAX_VALUE, 1, 0, 0);
        var later = new CoreRecord.Range(2, 1, 0, 1, 0, 0);
        var empty = new CoreRecord.Range(1, 1, 0, 0, 0, 0);
        for (List<CoreRecord.Range> ranges :
                List.of(
                        List.of(overflow),
                        List.of(empty),
                        List.of(later, new CoreRecord.Range(1, 1, 0, 1, 0, 0)),
                        List.of(later, later))) {
            var commit =
                    new CoreRecord.CommitObjects(
                            1,
                            1,
                            0,
                            1,
                            0,
                            List.of(0L),
                            List.of(new CoreRecord.NewObject("o", 1, ranges)));
            assertThatThrownBy(() -> CoreRecordCodec.encode(commit))
                    .as(ranges.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void unknownTypesAndVersionsAreNamed() {
        assertThatThrownBy(() -> CoreRecordCodec.decode(new byte[] {99, 1}))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("type 99");
        assertThatThrownBy(() -> CoreRecordCodec.decode(new byte[] {2, 9, 1, 1}))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("version 9");
        assertThatThrownBy(() -> CoreRecordCodec.decode(new byte[] {2, 1, 1, 1, 0}))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("1 bytes too many");
    }

    @Test
    void garbageIsCorruptOrAWellFormedRecordAndNothingElse() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        List<String> samples = GOLDEN.values().stream().sorted().toList();
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = HexFormat.of().parseHex(samples.get(random.nextInt(samples.size())));
            bytes = Mutation.of(bytes, random);
            try {
                CoreRecord record = CoreRecordCodec.decode(bytes);
                assertThat(CoreRecordCodec.decode(CoreRecordCodec.encode(record)))
                        .as("seed " + seed)
                        .isInstanceOf(record.getClass());
            } catch (CorruptException e) {
                assertThat(e).as("seed " + seed).hasMessageContaining("core record");
            }
        }
    }
}
