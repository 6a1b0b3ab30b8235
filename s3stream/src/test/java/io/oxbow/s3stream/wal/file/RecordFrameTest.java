package io.oxbow.s3stream.wal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class RecordFrameTest {

    private static final String GOLDEN =
            "0102030405060708" // streamId
                    + "0000000000000009" // streamEpoch
                    + "00000000000003e8" // baseOffset
                    + "00000002" // count
                    + "00000199a1b2c3d4" // maxTimestamp
                    + "00000199a1b2c3d5" // appendTimeMillis
                    + "00000005" // length
                    + "505db5d4" // crc
                    + "6f78626f77"; // payload

    private static WalRecord sample(byte[] payload) {
        return new WalRecord(
                0x0102030405060708L,
                9,
                1000,
                2,
                0x199a1b2c3d4L,
                0x199a1b2c3d5L,
                ByteBuffer.wrap(payload));
    }

    private static ByteBuffer frame() {
        var target = ByteBuffer.allocate(100);
        RecordFrame.encode(target, sample("oxbow".getBytes(StandardCharsets.UTF_8)));
        return target.flip();
    }

    @Test
    void bytesAreFixed() {
        ByteBuffer frame = frame();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN);
    }

    @Test
    void decodeGivesBackWhatWasEncodedAndMovesBehindIt() {
        ByteBuffer source = ByteBuffer.wrap(HexFormat.of().parseHex(GOLDEN + "ff"));
        assertThat(RecordFrame.decode(source))
                .isEqualTo(sample("oxbow".getBytes(StandardCharsets.UTF_8)));
        assertThat(source.remaining()).isEqualTo(1);
    }

    @Test
    void anEmptyPayloadIsAFrameToo() {
        var target = ByteBuffer.allocateDirect(RecordFrame.HEADER_BYTES);
        RecordFrame.encode(target, sample(new byte[0]));
        assertThat(RecordFrame.decode(target.flip()).records().remaining()).isZero();
    }

    @Test
    void everyFlippedBitIsFound() {
        for (int bit = 0; bit < frame().remaining() * 8; bit++) {
            ByteBuffer broken = frame();
            broken.put(bit / 8, (byte) (broken.get(bit / 8) ^ 1 << bit % 8));
            assertThatThrownBy(() -> RecordFrame.decode(broken))
                    .isInstanceOf(CorruptException.class);
            assertThat(broken.position()).isZero();
        }
    }

    @Test
    void everyShorterFrameIsFound() {
        for (int length = 0; length < frame().limit(); length++) {
            ByteBuffer cut = frame().limit(length);
            assertThatThrownBy(() -> RecordFrame.decode(cut)).isInstanceOf(CorruptException.class);
        }
    }

    @Test
    void encodingLeavesTheSourceUntouched() {
        ByteBuffer payload = ByteBuffer.wrap(new byte[10]).position(3).limit(7);
        var record = new WalRecord(1, 1, 0, 1, -1, 0, payload);
        RecordFrame.encode(ByteBuffer.allocate(100), record);
        assertThat(payload.position()).isEqualTo(3);
        assertThat(payload.limit()).isEqualTo(7);
        assertThat(RecordFrame.sizeInBytes(record)).isEqualTo(RecordFrame.HEADER_BYTES + 4);
    }
}
