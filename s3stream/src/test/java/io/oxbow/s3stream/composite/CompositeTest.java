package io.oxbow.s3stream.composite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.Mutation;
import io.oxbow.s3stream.object.ObjectMissingException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class CompositeTest {

    private static final String KEY = "objects/00/1-1-1";

    private static CoreImage.Extent extent(long stream, long start, long end, String key) {
        return new CoreImage.Extent(
                stream, start, end, key, 300, (end - start) * 10, start + 5, 900);
    }

    private static byte[] bytes(CompositeObject composite) {
        var all = ByteBuffer.allocate((int) composite.size());
        composite.body().forEach(piece -> all.put(piece.duplicate()));
        assertThat(all.hasRemaining()).isFalse();
        return all.array();
    }

    private static CompositeReader reader(byte[] object) {
        return new CompositeReader((key, position, size) -> {
            if (!key.equals(KEY)) {
                throw new ObjectMissingException(key);
            }
            int from = (int) Math.min(position, object.length);
            return ByteBuffer.wrap(object, from, Math.min(size, object.length - from)).slice();
        });
    }

    private static CoreImage.Part part(CoreRecord.Part part, CompositeObject composite) {
        return new CoreImage.Part(
                part.streamId(),
                part.startOffset(),
                part.endOffset(),
                KEY,
                composite.size(),
                composite.level(),
                0,
                0,
                1_000);
    }

    @Test
    void bytesAreTheGoldenOnes() {
        var writer = new CompositeWriter();
        writer.add(extent(7, 0, 5, "a"));
        writer.add(extent(7, 5, 6, "b"));
        writer.add(new CoreImage.Part(9, 100, 300, "c", 400, 1, 20, -1, 901));
        CompositeObject composite = writer.finish();
        assertThat(composite.level()).isEqualTo(2);
        assertThat(composite.owned()).containsExactly("a", "b", "c");
        assertThat(composite.parts())
                .containsExactly(new CoreRecord.Part(7, 0, 6), new CoreRecord.Part(9, 100, 300));
        String block = "07000500320a" + "000001020a0a" + "0264c801021415";
        String owned = "03" + "0161ac0200880e" + "0162ac0200880e" + "01639003018a0e";
        assertThat(HexFormat.of().formatHex(bytes(composite)))
                .matches(
                        "4f58424f57434d50"
                                + "00000002"
                                + "[0-9a-f]{8}"
                                + block
                                + owned
                                + "0000000000000007"
                                + "0000000000000009"
                                + "000000000000012c"
                                + "0000000000000010"
                                + "00000013"
                                + "00000003"
                                + "[0-9a-f]{8}"
                                + "0000000000000023"
                                + "0000000000000039"
                                + "00000002"
                                + "[0-9a-f]{8}"
                                + "00000002"
                                + "[0-9a-f]{8}"
                                + "4f58424f57434d45");
    }

    @Test
    void compositeOfTheFirstVersionKnowsNoTimes() {
        var out = new BinaryWriter();
        out.int64(0x4f58424f57434d50L);
        out.int32(1);
        out.crc32c(0);
        byte[] block = HexFormat.of().parseHex("07000500320a");
        out.raw(block);
        var index = new BinaryWriter();
        index.raw(HexFormat.of().parseHex("01" + "0161ac0200"));
        for (long number : new long[] {7, 7, 5, 16}) {
            index.int64(number);
        }
        index.int32(block.length);
        index.int32(1);
        index.int32(crcOf(block));
        out.raw(index.toByteArray());
        int footer = out.size();
        out.int64(22);
        out.int64(28);
        out.int32(1);
        out.int32(crcOf(index.toByteArray()));
        out.int32(1);
        out.crc32c(footer);
        out.int64(0x4f58424f57434d45L);
        byte[] bytes = out.toByteArray();
        var part = new CoreImage.Part(7, 0, 5, KEY, bytes.length, 1, 0, 0, 1_000);
        assertThat(walk(reader(bytes), part, 0))
                .containsExactly(
                        new CoreImage.Extent(7, 0, 5, "a", 300, 50, 5, CoreImage.UNKNOWN_TIME));
    }

    private static int crcOf(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Test
    void everyEntryIsFoundAgainWhateverTheBlocks() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            var entries = entries(random, 1 + random.nextInt(300));
            var writer = new CompositeWriter(1 + random.nextInt(400));
            entries.forEach(writer::add);
            CompositeObject composite = writer.finish();
            CompositeReader reader = reader(bytes(composite));
            var found = new ArrayList<CoreImage.Entry>();
            for (CoreRecord.Part part : composite.parts()) {
                long from =
                        part.startOffset() + random.nextLong(part.endOffset() - part.startOffset());
                var fromThere = walk(reader, part(part, composite), from);
                List<CoreImage.Entry> all = walk(reader, part(part, composite), part.startOffset());
                assertThat(fromThere)
                        .as("seed " + seed)
                        .isEqualTo(all.stream().filter(e -> e.endOffset() > from).toList());
                found.addAll(all);
            }
            assertThat(found).as("seed " + seed).isEqualTo(entries);
            CompositeIndex index = reader.index(KEY, composite.size());
            var owned = new ArrayList<String>();
            for (int j = 0; j < index.ownedCount(); j++) {
                owned.add(index.owned(j).key());
            }
            assertThat(owned).containsExactlyInAnyOrderElementsOf(composite.owned());
        }
    }

    private static List<CoreImage.Entry> walk(
            CompositeReader reader, CoreImage.Part part, long from) {
        var walk = new PartWalk(reader, part, from);
        var found = new ArrayList<CoreImage.Entry>();
        for (var entry = walk.next(); entry != null; entry = walk.next()) {
            found.add(entry);
        }
        return found;
    }

    private static List<CoreImage.Entry> entries(Random random, int count) {
        var entries = new ArrayList<CoreImage.Entry>();
        long stream = 1;
        long end = 0;
        for (int i = 0; i < count; i++) {
            if (random.nextInt(8) == 0) {
                stream += 1 + random.nextInt(3);
                end = random.nextInt(1000);
            }
            long start = end + (random.nextInt(6) == 0 ? random.nextInt(50) : 0);
            end = start + 1 + random.nextInt(1 << random.nextInt(20));
            int object = random.nextInt(40);
            entries.add(
                    object % 4 == 0
                            ? new CoreImage.Part(
                                    stream, start, end, "o" + object, 9, 1 + object, 7, object, 70)
                            : new CoreImage.Extent(
                                    stream, start, end, "o" + object, 8, 7, random.nextLong(), 71));
        }
        return entries;
    }

    @Test
    void largeIndexIsReadInTwoPieces() {
        var writer = new CompositeWriter();
        for (int i = 0; i < 20_000; i++) {
            writer.add(extent(1, i, i + 1, "objects/%02x/1-1-%d".formatted(i & 255, i)));
        }
        CompositeObject composite = writer.finish();
        CompositeReader reader = reader(bytes(composite));
        assertThat(reader.index(KEY, composite.size()).ownedCount()).isEqualTo(20_000);
        assertThat(walk(reader, part(composite.parts().getFirst(), composite), 19_998)).hasSize(2);
    }

    @Test
    void entriesOutOfOrderAreRefused() {
        var writer = new CompositeWriter();
        writer.add(extent(2, 5, 9, "a"));
        assertThatThrownBy(() -> writer.add(extent(2, 8, 10, "a")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add(extent(1, 8, 10, "a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void partThatTheCompositeDoesNotListIsCorrupt() {
        var writer = new CompositeWriter();
        writer.add(extent(2, 5, 9, "a"));
        CompositeObject composite = writer.finish();
        CompositeReader reader = reader(bytes(composite));
        for (CoreRecord.Part part :
                List.of(
                        new CoreRecord.Part(2, 4, 9),
                        new CoreRecord.Part(2, 5, 10),
                        new CoreRecord.Part(3, 5, 9),
                        new CoreRecord.Part(1, 5, 9))) {
            assertThatThrownBy(() -> walk(reader, part(part, composite), 0))
                    .as(part.toString())
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining(KEY);
        }
    }

    @Test
    void damagedBytesAreCorruptAndNothingElse() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var writer = new CompositeWriter(200);
        entries(random, 150).forEach(writer::add);
        CompositeObject composite = writer.finish();
        byte[] good = bytes(composite);
        int corrupt = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Mutation.of(good, random);
            try {
                var reader = reader(bad);
                CompositeIndex index = reader.index(KEY, bad.length);
                for (int block = 0; block < index.blocks(); block++) {
                    reader.block(index, block).entries(index, Long.MAX_VALUE, -1);
                }
            } catch (CorruptException e) {
                assertThat(e).as("seed " + seed).hasMessageContaining(KEY);
                corrupt++;
            }
        }
        // What is left whole: the header's bytes are not read, and some changes change nothing.
        assertThat(corrupt).as("seed " + seed).isGreaterThan(15_000);
    }

    /**
     * A composite with right checksums and random content is reported as corrupt, or read as
     * entries, but does nothing else.
     */
    @Test
    void garbageBehindRightChecksumsIsCorruptOrEntriesAndNothingElse() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        String where = "composite " + KEY;
        for (int i = 0; i < 50_000; i++) {
            byte[] garbage = new byte[random.nextInt(120)];
            random.nextBytes(garbage);
            if (random.nextBoolean()) {
                garbage = (garbage.length + "objects/").getBytes(StandardCharsets.US_ASCII);
            }
            int level = 1 + random.nextInt(3);
            try {
                CompositeIndex index =
                        CompositeIndex.parse(
                                new CompositeIndex.Where(KEY, 1 + random.nextInt(2), level),
                                garbage,
                                random.nextInt(2000),
                                random.nextInt(garbage.length + 1));
                for (int block = 0; block < index.blocks(); block++) {
                    index.line(block);
                }
            } catch (CorruptException e) {
                assertThat(e).as("seed " + seed).hasMessageContaining(where);
            }
            blockOf(garbage, random);
        }
    }

    private static void blockOf(byte[] garbage, Random random) {
        var crc = new java.util.zip.CRC32C();
        crc.update(garbage);
        var line =
                new CompositeIndex.Line(
                        0,
                        Long.MAX_VALUE,
                        9,
                        16,
                        garbage.length,
                        random.nextInt(40),
                        (int) crc.getValue());
        var owned = new io.oxbow.s3stream.binary.BinaryWriter();
        owned.varint(1);
        owned.string("o");
        owned.varint(5);
        owned.varint(0);
        CompositeIndex index =
                CompositeIndex.parse(
                        new CompositeIndex.Where(KEY, 1, 1), owned.toByteArray(), 16, owned.size());
        try {
            CompositeBlock.check(KEY, line, garbage).entries(index, random.nextInt(300), -1);
        } catch (CorruptException e) {
            assertThat(e).hasMessageContaining(KEY);
        }
    }
}
