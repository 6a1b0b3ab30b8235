package io.oxbow.s3stream.object;

import static io.oxbow.s3stream.object.ObjectBytes.content;
import static io.oxbow.s3stream.object.ObjectBytes.frame;
import static io.oxbow.s3stream.object.ObjectBytes.join;
import static io.oxbow.s3stream.object.ObjectBytes.reader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.wal.RecordFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DataObjectTest {

    @Test
    void bytesArePinned() {
        var writer = new DataObjectWriter();
        writer.add(frame(1, 5, 2, new byte[] {1, 2, 3}));
        writer.add(frame(1, 7, 1, new byte[] {4}));
        writer.add(frame(9, 0, 1, new byte[] {}));
        assertThat(HexFormat.of().formatHex(join(writer.finish())))
                .isEqualTo(
                        // header: magic, version, crc
                        "4f58424f574f424a"
                                + "00000001"
                                + "3dc90f47"
                                // stream 1, offset 5, 2 records
                                + "000000000000000100000000000000070000000000000005"
                                + "0000000200000000000003ed00000000000007d5"
                                + "0000000317a4b5ef"
                                + "010203"
                                // stream 1, offset 7
                                + "000000000000000100000000000000070000000000000007"
                                + "0000000100000000000003ef00000000000007d7"
                                + "00000001cec60259"
                                + "04"
                                // stream 9, offset 0, empty
                                + "000000000000000900000000000000070000000000000000"
                                + "0000000100000000000003e800000000000007d0"
                                + "00000000ff184a20"
                                // index: stream, offsets, appends, position, size, time, crc
                                + "000000000000000100000000000000050000000000000008"
                                + "00000000000000020000000000000010000000000000006c"
                                + "00000000000003efcb2417ad"
                                + "000000000000000900000000000000000000000000000001"
                                + "0000000000000001000000000000007c0000000000000034"
                                + "00000000000003e825bec2b4"
                                // footer: index position and length, its crc, version, crc, magic
                                + "00000000000000b0"
                                + "0000000000000078"
                                + "a2f04da3"
                                + "00000001"
                                + "43b96f94"
                                + "4f58424f57454e44");
    }

    @Test
    void aBlockEndsWithItsStreamAtAGapAndWhenItIsFull() {
        var writer = new DataObjectWriter(200);
        writer.add(frame(1, 0, 1, new byte[40]));
        writer.add(frame(1, 1, 1, new byte[40]));
        writer.add(frame(1, 2, 1, new byte[40]));
        writer.add(frame(1, 9, 1, new byte[40]));
        writer.add(frame(2, 10, 1, new byte[400]));
        DataObject object = writer.finish();

        ObjectIndex index = reader(join(object)).index("k", object.size());

        List<String> blocks = new ArrayList<>();
        for (int i = 0; i < index.size(); i++) {
            BlockEntry entry = index.entry(i);
            blocks.add(
                    "%d:[%d,%d)x%d"
                            .formatted(
                                    entry.streamId(),
                                    entry.startOffset(),
                                    entry.endOffset(),
                                    entry.appendCount()));
        }
        assertThat(blocks).containsExactly("1:[0,2)x2", "1:[2,3)x1", "1:[9,10)x1", "2:[10,11)x1");
    }

    @Test
    void rangesSayWhatTheMetadataLogWantsToKnow() {
        var writer = new DataObjectWriter();
        writer.add(frame(1, 5, 2, new byte[3]));
        writer.add(frame(1, 7, 1, new byte[4]));
        writer.add(frame(1, 20, 1, new byte[5]));
        writer.add(frame(3, 0, 4, new byte[6]));
        assertThat(writer.finish().ranges())
                .containsExactly(
                        new CoreRecord.Range(1, 7, 5, 3, 7, 1007),
                        new CoreRecord.Range(1, 7, 20, 1, 5, 1020),
                        new CoreRecord.Range(3, 7, 0, 4, 6, 1000));
    }

    @Test
    void largeFramesAreReferencedNotCopied() {
        ByteBuffer large = frame(1, 0, 1, new byte[100_000]);
        var writer = new DataObjectWriter();
        writer.add(large);
        DataObject object = writer.finish();

        large.put(RecordFrame.HEADER_BYTES + 17, (byte) 42);

        assertThat(join(object)[16 + RecordFrame.HEADER_BYTES + 17]).isEqualTo((byte) 42);
    }

    @Test
    void aBlockIsFoundByStreamAndOffset() {
        var writer = new DataObjectWriter(100);
        for (int i = 0; i < 10; i++) {
            writer.add(frame(4, i * 10L, 10, new byte[60]));
        }
        writer.add(frame(6, 0, 10, new byte[60]));
        DataObject object = writer.finish();

        ObjectIndex index = reader(join(object)).index("k", object.size());

        assertThat(index.firstBeyond(4, 0)).isEqualTo(0);
        assertThat(index.firstBeyond(4, 9)).isEqualTo(0);
        assertThat(index.firstBeyond(4, 10)).isEqualTo(1);
        assertThat(index.firstBeyond(4, 99)).isEqualTo(9);
        assertThat(index.isOf(index.firstBeyond(4, 100), 4)).isFalse();
        assertThat(index.isOf(index.firstBeyond(6, 5), 6)).isTrue();
        assertThat(index.isOf(index.firstBeyond(5, 0), 5)).isFalse();
        assertThat(index.isOf(index.firstBeyond(7, 0), 7)).isFalse();
    }

    @Test
    void anIndexLargerThanTheFirstReadIsReadWhole() {
        var writer = new DataObjectWriter(60);
        for (int i = 0; i < 3000; i++) {
            writer.add(frame(1, i, 1, new byte[10]));
        }
        DataObject object = writer.finish();
        ObjectIndex index = reader(join(object)).index("k", object.size());
        assertThat(index.size()).isEqualTo(3000);
        assertThat(index.entry(2999).endOffset()).isEqualTo(3000);
    }

    @Test
    void whatIsWrittenIsRead() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            DataObject object = ObjectBytes.random(random, 1 + random.nextInt(5000));
            long appends =
                    content(join(object)).stream().filter(line -> line.contains("@")).count();
            long counted = 0;
            ObjectIndex index = reader(join(object)).index("k", object.size());
            for (int i = 0; i < index.size(); i++) {
                counted += index.entry(i).appendCount();
            }
            assertThat(appends).as("seed %d", seed).isEqualTo(counted).isPositive();
        }
    }

    @Test
    void adjacentBlocksComeInOneRead() {
        var writer = new DataObjectWriter(60);
        for (int i = 0; i < 5; i++) {
            writer.add(frame(1, i, 1, new byte[] {(byte) i}));
        }
        DataObject object = writer.finish();
        List<Long> reads = new ArrayList<>();
        byte[] bytes = join(object);
        var counting =
                new ObjectReader((key, position, size) -> {
                    reads.add(position);
                    return ByteBuffer.wrap(bytes, (int) position, size);
                });
        ObjectIndex index = counting.index("k", object.size());
        reads.clear();

        List<Block> blocks =
                counting.blocks("k", List.of(index.entry(1), index.entry(2), index.entry(3)));

        assertThat(reads).hasSize(1);
        List<Long> offsets = new ArrayList<>();
        blocks.forEach(block -> block.visit(-1, append -> offsets.add(append.baseOffset())));
        assertThat(offsets).containsExactly(1L, 2L, 3L);
    }

    @Test
    void appendsOutOfOrderAreABug() {
        var writer = new DataObjectWriter();
        writer.add(frame(2, 5, 2, new byte[3]));
        assertThatThrownBy(() -> writer.add(frame(1, 0, 1, new byte[1])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add(frame(2, 6, 1, new byte[1])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDamagedBlockNamesObjectAndPosition() {
        var writer = new DataObjectWriter();
        writer.add(frame(2, 5, 2, new byte[3]));
        byte[] bytes = join(writer.finish());
        bytes[20] ^= 1;
        assertThatThrownBy(() -> content(bytes))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("object k: block at 16 is damaged");
    }
}
