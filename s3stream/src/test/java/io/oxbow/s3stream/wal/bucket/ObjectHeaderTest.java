package io.oxbow.s3stream.wal.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Checks bytes as they are in buckets already, which never change. */
class ObjectHeaderTest {

    private static final WalKey KEY = new WalKey(300, 7, 4660);
    private static final UUID PUT = new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L);

    private static final String DATA =
            "4f58424b5457414c"
                    + "0001"
                    + "0000"
                    + "0000012c"
                    + "0000000000000007"
                    + "0000000000001234"
                    + "0102030405060708090a0b0c0d0e0f10"
                    + "0000000000000007"
                    + "0000000000001230"
                    + "00000036"
                    + "00000001";

    private static ByteBuffer frame() {
        ByteBuffer frame = ByteBuffer.allocate(RecordFrame.HEADER_BYTES + 2);
        RecordFrame.encode(
                frame, new WalRecord(1, 2, 3, 4, 5, 6, ByteBuffer.wrap(new byte[] {8, 9})));
        return frame.flip();
    }

    private static int crc(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    private static ObjectHeader data() {
        var body = new ObjectHeader.BodySize(54, 1, crc(frame()));
        return new ObjectHeader(ObjectHeader.Kind.DATA, KEY, PUT, 7, 4656, body);
    }

    @Test
    void bytesAreTheGoldenOnes() {
        byte[] bytes = data().encode().array();
        String hex = HexFormat.of().formatHex(bytes);
        assertThat(hex).startsWith(DATA).hasSize(160);
        assertThat(hex.substring(DATA.length()))
                .isEqualTo(
                        "%08x%08x".formatted(crc(frame()), crc(ByteBuffer.wrap(bytes).limit(76))));
        assertThat(ObjectHeader.decode(ByteBuffer.wrap(bytes), KEY)).isEqualTo(data());
    }

    @Test
    void keysAreTheGoldenOnes() {
        assertThat(KEY.path()).isEqualTo("wal/300/7/00000000000000004660");
        assertThat(WalKey.parse(KEY.path())).contains(KEY);
        for (String other :
                new String[] {
                    "wal/300/7/4660",
                    "wal/300/7/00000000000000004660/",
                    "wal/300/07/" + "0".repeat(20),
                    "wal/99999999999/7/" + "0".repeat(20),
                    "objects/00/1-1-1"
                }) {
            assertThat(WalKey.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void aFenceIsAHeaderAlone() {
        ObjectHeader fence = ObjectHeader.bare(ObjectHeader.Kind.FENCE, KEY, PUT, 9);
        assertThat(fence.encode().remaining()).isEqualTo(80);
        assertThat(ObjectHeader.decode(fence.encode(), KEY)).isEqualTo(fence);
    }

    @Test
    void positionsOrderLikeTheirPlaces() {
        assertThat(new WalPosition(1, 0).toLsn()).isEqualTo(1 << 25);
        assertThat(new WalPosition(1, 500).toLsn()).isEqualTo((1 << 25) + 500);
        assertThat(WalPosition.ofLsn((3L << 25) + 77)).isEqualTo(new WalPosition(3, 77));
        assertThatThrownBy(() -> WalPosition.ofLsn(-1)).isInstanceOf(CorruptException.class);
    }

    @Test
    void aHeaderOfAnotherKeyIsNotAccepted() {
        assertThatThrownBy(() -> ObjectHeader.decode(data().encode(), KEY.next()))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining(KEY.path())
                .hasMessageContaining(KEY.next().path());
    }

    /** Damaged bytes give the object as it was put, or an error that names it. */
    @Test
    void damageIsToldAndNeverReadAsRecords() {
        ByteBuffer whole = ByteBuffer.allocate(80 + frame().remaining());
        whole.put(data().encode()).put(frame());
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = whole.array().clone();
            int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            }
            ByteBuffer damaged = ByteBuffer.wrap(bytes, 0, length).slice();
            boolean same = length == bytes.length && whole.equals(ByteBuffer.wrap(bytes).flip());
            if (!same) {
                assertThatThrownBy(
                                () -> {
                                    ObjectHeader header = ObjectHeader.decode(damaged, KEY);
                                    DeadBucketLog.decode(header, damaged);
                                })
                        .isInstanceOf(CorruptException.class)
                        .hasMessageContaining(KEY.path());
            }
        }
    }
}
