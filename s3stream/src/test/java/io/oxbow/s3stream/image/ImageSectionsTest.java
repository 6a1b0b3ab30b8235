package io.oxbow.s3stream.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Random histories: a snapshot loads to the same state, and its bytes depend on the state alone.
 */
class ImageSectionsTest {

    @Test
    void imageThroughASnapshotGoesOnAsTheOriginal() {
        long base = new Random().nextLong();
        for (long seed = base; seed < base + 60; seed++) {
            var random = new Random(seed);
            var original = new MetadataImage();
            var copy = new MetadataImage();
            for (long slot = 1; slot <= 400; slot++) {
                List<CoreRecord> records = records(random);
                List<ApplyResult> results = original.apply(slot, slot * 7, records);
                assertThat(copy.apply(slot, slot * 7, records))
                        .as("seed " + seed)
                        .isEqualTo(results);
                if (random.nextInt(20) == 0) {
                    ImageSections sections = original.sections();
                    copy = MetadataImage.of(sections);
                    assertThat(copy.slot()).isEqualTo(slot);
                    assertEqual(copy.sections(), sections, seed);
                }
            }
            assertEqual(copy.sections(), original.sections(), seed);
            checkInvariants(original);
        }
    }

    private static void assertEqual(ImageSections actual, ImageSections expected, long seed) {
        assertThat(actual.coreHash()).as("seed " + seed).isEqualTo(expected.coreHash());
        assertThat(actual.extentsHash()).as("seed " + seed).isEqualTo(expected.extentsHash());
        assertThat(actual.core()).isEqualTo(expected.core());
    }

    private static void checkInvariants(MetadataImage image) {
        for (CoreImage.StreamState stream : image.streams()) {
            long expected = -1;
            for (CoreImage.Entry extent : image.entries(stream.streamId(), 0, 100_000)) {
                assertThat(extent.startOffset())
                        .isEqualTo(expected == -1 ? extent.startOffset() : expected);
                assertThat(image.isReferenced(extent.objectKey())).isTrue();
                expected = extent.endOffset();
            }
            if (expected != -1) {
                assertThat(expected).isEqualTo(stream.endOffset());
            }
        }
        for (CoreImage.ObjectState key : image.dereferencedObjects(100_000)) {
            assertThat(image.isReferenced(key.key())).isFalse();
        }
    }

    private static List<CoreRecord> records(RandomGenerator random) {
        var records = new ArrayList<CoreRecord>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            CoreRecord record = record(random);
            if (WellFormed.problem(record) == null) {
                records.add(record);
            }
        }
        return records;
    }

    private static CoreRecord record(RandomGenerator random) {
        int node = 1 + random.nextInt(3);
        long epoch = 1 + random.nextInt(12);
        long stream = 1 + random.nextInt(8);
        return switch (random.nextInt(14)) {
            case 0 ->
                    new CoreRecord.RegisterNode(
                            node,
                            new UUID(1, random.nextInt(20)),
                            WalKind.FILE,
                            List.of(new UUID(2, node)),
                            "h:1");
            case 1 -> new CoreRecord.FenceNode(node, epoch);
            case 2 ->
                    new CoreRecord.CompleteRecovery(node, epoch, epoch + random.nextInt(3), false);
            case 3 ->
                    new CoreRecord.ClaimRecovery(
                            node, epoch, 1 + random.nextInt(3), 1 + random.nextInt(12));
            case 4 ->
                    new CoreRecord.OpenStreams(
                            node,
                            epoch,
                            List.of(
                                    new StreamName(
                                            new UUID(3, random.nextInt(2)),
                                            random.nextInt(3),
                                            StreamName.Kind.DATA)));
            case 5 ->
                    new CoreRecord.CloseStreams(
                            node,
                            epoch,
                            List.of(new CoreRecord.Opening(stream, 1 + random.nextInt(4))));
            case 6 -> new CoreRecord.DeleteStreams(node, epoch, List.of(stream));
            case 7 ->
                    new CoreRecord.TrimStreams(
                            node, epoch, List.of(new CoreRecord.Trim(stream, random.nextInt(60))));
            case 8 -> new CoreRecord.ObjectsDeleted(List.of("o" + random.nextInt(300)));
            case 9 ->
                    new CoreRecord.PutPointer(
                            "p" + random.nextInt(4),
                            random.nextInt(3),
                            random.nextBoolean() ? null : new byte[random.nextInt(5)]);
            default -> commit(random, node, epoch, stream);
        };
    }

    private static CoreRecord commit(RandomGenerator random, int node, long epoch, long stream) {
        var ranges = new ArrayList<CoreRecord.Range>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            ranges.add(
                    new CoreRecord.Range(
                            stream + i,
                            1 + random.nextInt(2),
                            random.nextInt(4) * 5L,
                            5,
                            random.nextInt(100),
                            random.nextInt()));
        }
        return new CoreRecord.CommitObjects(
                node,
                epoch,
                random.nextInt(4) == 0 ? 1 + random.nextInt(6) : 0,
                1 + random.nextInt(4),
                0,
                List.of(random.nextLong(1000)),
                List.of(new CoreRecord.NewObject("o" + random.nextInt(300), 100, ranges)));
    }

    @Test
    void bytesAreTheGoldenOnes() {
        var image = new MetadataImage();
        var name = new StreamName(new UUID(0, 7), 0, StreamName.Kind.DATA);
        image.apply(
                1,
                1_000,
                List.of(
                        new CoreRecord.RegisterNode(
                                1, new UUID(0, 1), WalKind.FILE, List.of(new UUID(0, 2)), "h"),
                        new CoreRecord.OpenStreams(1, 1, List.of(name)),
                        new CoreRecord.CommitObjects(
                                1,
                                1,
                                0,
                                1,
                                0,
                                List.of(9L),
                                List.of(
                                        new CoreRecord.NewObject(
                                                "o",
                                                50,
                                                List.of(
                                                        new CoreRecord.Range(
                                                                1, 1, 0, 5, 40, -1))))),
                        new CoreRecord.PutPointer("k", 0, new byte[] {3})));
        String zeros = "00".repeat(15);
        ImageSections sections = image.sections();
        assertThat(HexFormat.of().formatHex(sections.core()))
                .isEqualTo(
                        "01" + "01" + "27" + "010101" + zeros + "01" + "0001" + zeros + "02"
                                + "0168" + "0101" + "0001" + zeros + "02" + "00" + "0109" + "01"
                                + "01" + "00" + "00" + "00" + "00" + "01" + "01" + "01" + zeros
                                + "07" + "0000" + "01" + "02" + "01" + "00" + "05" + "01" + "01"
                                + "016b" + "01" + "0103" + "0000");
        assertThat(HexFormat.of().formatHex(sections.extents()))
                .isEqualTo("01" + "01" + "01016f3200" + "01" + "01" + "01" + "00" + "05022801");
    }

    @Test
    void compositesAndTheLedgerHaveTheGoldenBytes() {
        var image = new MetadataImage();
        var name = new StreamName(new UUID(0, 7), 0, StreamName.Kind.DATA);
        String data = new ObjectKey(1, 1, 4).path();
        String list = new ObjectKey(1, 1, 6).path();
        var range = new CoreRecord.Range(1, 1, 0, 5, 40, -1);
        image.apply(
                1,
                1_000,
                List.of(
                        new CoreRecord.RegisterNode(
                                1, new UUID(0, 1), WalKind.FILE, List.of(new UUID(0, 2)), "h"),
                        new CoreRecord.OpenStreams(1, 1, List.of(name)),
                        new CoreRecord.CommitObjects(
                                1,
                                1,
                                0,
                                1,
                                0,
                                List.of(9L),
                                List.of(new CoreRecord.NewObject(data, 50, List.of(range)))),
                        new CoreRecord.ArchiveExtents(
                                1,
                                1,
                                5,
                                new CoreRecord.Composite(
                                        list, 300, 1, List.of(new CoreRecord.Part(1, 0, 5))),
                                List.of(data))));
        ImageSections sections = image.sections();
        assertThat(HexFormat.of().formatHex(sections.core()))
                .endsWith("00" + "00" + "01" + "01" + "02" + "0401" + "0101" + "00");
        String key = HexFormat.of().formatHex(list.getBytes(StandardCharsets.US_ASCII));
        assertThat(HexFormat.of().formatHex(sections.extents()))
                .isEqualTo(
                        "02"
                                + "01"
                                + "02"
                                + "10"
                                + key
                                + "ac02"
                                + "01"
                                + "32"
                                + "01"
                                + "01"
                                + "01"
                                + "00"
                                + "05042801");
    }

    @Test
    void timesAreThoseOfTheSlotsThatCommitted() {
        MetadataImage image = twoObjects();
        ImageSections sections = image.sections();
        assertThat(HexFormat.of().formatHex(sections.times())).isEqualTo("d00f" + "e807");
        assertThat(times(image)).containsExactly(1_000L, 1_500L);
        assertThat(times(MetadataImage.of(sections))).containsExactly(1_000L, 1_500L);
    }

    @Test
    void whatAnOlderSnapshotHoldsCountsAsAppendedWhenTheNextSlotWasWritten() {
        ImageSections sections = twoObjects().sections();
        var image =
                MetadataImage.of(
                        new ImageSections(
                                sections.slot(), sections.core(), sections.extents(), new byte[0]));
        assertThat(times(image)).containsOnly(CoreImage.UNKNOWN_TIME);
        image = MetadataImage.of(image.sections());
        assertThat(times(image)).containsOnly(CoreImage.UNKNOWN_TIME);
        image.apply(3, 9_000, List.of());
        assertThat(times(image)).containsExactly(9_000L, 9_000L);
    }

    @Test
    void joinedExtentsTakeTheLatestTime() {
        MetadataImage image = twoObjects();
        var joined = new CoreRecord.Range(1, 0, 0, 8, 70, -1);
        image.apply(
                3,
                9_000,
                List.of(
                        new CoreRecord.CompactObjects(
                                1,
                                1,
                                3,
                                List.of("o", "p"),
                                List.of(
                                        new CoreRecord.NewObject(
                                                new ObjectKey(1, 1, 9).path(),
                                                99,
                                                List.of(joined))))));
        assertThat(times(image)).containsExactly(1_500L);
    }

    @Test
    void partsTakeTheLatestTimeOfWhatTheyOwn() {
        MetadataImage image = twoObjects();
        var composite =
                new CoreRecord.Composite(
                        new ObjectKey(1, 1, 9).path(),
                        300,
                        1,
                        List.of(new CoreRecord.Part(1, 0, 8)));
        image.apply(
                3,
                9_000,
                List.of(new CoreRecord.ArchiveExtents(1, 1, 3, composite, List.of("o", "p"))));
        assertThat(times(image)).containsExactly(1_500L);
    }

    @Test
    void whatIsMadeOfInputsThatAreGoneHasTheSameTimeInASnapshot() {
        MetadataImage image = twoObjects();
        var nothingIsLeft =
                new CoreRecord.CompactObjects(
                        1,
                        1,
                        3,
                        List.of("gone"),
                        List.of(
                                new CoreRecord.NewObject(
                                        new ObjectKey(1, 1, 9).path(),
                                        99,
                                        List.of(new CoreRecord.Range(1, 0, 0, 8, 70, -1)))));
        image.apply(3, 9_000, List.of(nothingIsLeft));
        MetadataImage copy = MetadataImage.of(image.sections());
        image.apply(4, 9_500, List.of());
        copy.apply(4, 9_500, List.of());
        assertThat(copy.sections().times()).isEqualTo(image.sections().times());
    }

    private static List<Long> times(MetadataImage image) {
        return image.entries(1, 0, 10).stream().map(CoreImage.Entry::appendedMillis).toList();
    }

    /** Returns an image of one stream with an extent committed at 1,000 and one at 1,500. */
    private static MetadataImage twoObjects() {
        var image = new MetadataImage();
        var name = new StreamName(new UUID(0, 7), 0, StreamName.Kind.DATA);
        image.apply(
                1,
                1_000,
                List.of(
                        new CoreRecord.RegisterNode(
                                1, new UUID(0, 1), WalKind.FILE, List.of(new UUID(0, 2)), "h"),
                        new CoreRecord.OpenStreams(1, 1, List.of(name)),
                        commit(1, "o", new CoreRecord.Range(1, 1, 0, 5, 40, Long.MAX_VALUE))));
        image.apply(2, 1_500, List.of(commit(2, "p", new CoreRecord.Range(1, 1, 5, 3, 30, -1))));
        return image;
    }

    private static CoreRecord commit(long sequence, String key, CoreRecord.Range range) {
        return new CoreRecord.CommitObjects(
                1,
                1,
                0,
                sequence,
                0,
                List.of(9L),
                List.of(new CoreRecord.NewObject(key, 50, List.of(range))));
    }

    @Test
    void garbageIsCorruptOrAnImageAndNothingElse() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var image = new MetadataImage();
        for (long slot = 1; slot < 300; slot++) {
            image.apply(slot, slot * 7, records(random));
        }
        ImageSections good = image.sections();
        int corrupt = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean core = random.nextBoolean();
            var bad =
                    new ImageSections(
                            good.slot(),
                            core ? Mutation.of(good.core(), random) : good.core(),
                            core ? good.extents() : Mutation.of(good.extents(), random),
                            core ? good.times() : Mutation.of(good.times(), random));
            try {
                MetadataImage.of(bad).sections();
            } catch (CorruptException e) {
                corrupt++;
            }
        }
        assertThat(corrupt).as("seed " + seed).isPositive();
    }
}
