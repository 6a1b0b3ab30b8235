package io.oxbow.s3stream.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.object.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Random histories: what a snapshot holds is the state, and its bytes are the state's alone. */
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
                List<Verdict> verdicts = original.apply(slot, records);
                assertThat(copy.apply(slot, records)).as("seed " + seed).isEqualTo(verdicts);
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
    void garbageIsCorruptOrAnImageAndNothingElse() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var image = new MetadataImage();
        for (long slot = 1; slot < 300; slot++) {
            image.apply(slot, records(random));
        }
        ImageSections good = image.sections();
        int corrupt = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean core = random.nextBoolean();
            var bad =
                    new ImageSections(
                            good.slot(),
                            core ? Mutation.of(good.core(), random) : good.core(),
                            core ? good.extents() : Mutation.of(good.extents(), random));
            try {
                MetadataImage.of(bad).sections();
            } catch (CorruptException e) {
                corrupt++;
            }
        }
        assertThat(corrupt).as("seed " + seed).isPositive();
    }
}
