package io.oxbow.s3stream.wal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.testkit.PendingAppend;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.Slab;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.disk.WalDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Checks the bytes of the volume's format as the package doc has them. */
class WalFormatTest {

    private static final UUID WAL_ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final String ID = "00112233445566778899aabbccddeeff";

    private static final String SUPERBLOCK =
            "4f58424f5757414c" // magic
                    + "00000001" // version
                    + "00001000" // blockBytes
                    + ID
                    + "0000000000000002" // generation
                    + "000000000fffc000" // ringBytes
                    + "52bf8719"; // crc

    private static final String HEADER_SLOT =
            "4f584844" // magic
                    + "00000001" // version
                    + ID
                    + "0000000000000007" // sequence
                    + "0000000000000003" // nodeEpoch
                    + "0000000000001000" // trimLsn
                    + "0000000004001000" // reservedLsn
                    + "e02dfd6d"; // crc

    private static final String BATCH_HEADER =
            "4f584254" // magic
                    + "0001" // version
                    + "0000" // kind
                    + ID
                    + "0000000000000003" // nodeEpoch
                    + "0000000000005000" // startLsn
                    + "00001000" // length
                    + "00000039" // bodyLength
                    + "00000001" // count
                    + "0a0b0c0d" // prevBatchCrc
                    + "0000000000004000" // ackedLsn
                    + "57ae9b3b" // bodyCrc
                    + "d1509d65"; // headerCrc

    private static final String FRAME =
            "0102030405060708000000000000000900000000000003e80000000200000199a1b2c3d4"
                    + "00000199a1b2c3d500000005505db5d46f78626f77";

    private static final String PAD_HEADER =
            "4f584254" // magic
                    + "0001" // version
                    + "0001" // kind
                    + ID
                    + "0000000000000003" // nodeEpoch
                    + "0000000000006000" // startLsn
                    + "00003000" // length
                    + "00000000" // bodyLength
                    + "00000000" // count
                    + "d1509d65" // prevBatchCrc
                    + "0000000000005000" // ackedLsn
                    + "00000000" // bodyCrc
                    + "d70ba71e"; // headerCrc

    /** Returns a block in hex, without the zeroes at its end. */
    private static String hex(ByteBuffer block) {
        assertThat(block.remaining()).isEqualTo(WalDisk.BLOCK_BYTES);
        int length = block.limit();
        while (block.get(length - 1) == 0) {
            length--;
        }
        byte[] bytes = new byte[length - block.position()];
        block.get(block.position(), bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String block(String content) {
        return content + "00".repeat(WalDisk.BLOCK_BYTES - content.length() / 2);
    }

    private static ByteBuffer blockOf(String content) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(block(content)));
    }

    private static Slab slab() {
        ByteBuffer memory = AlignedMemory.allocate(1 << 16);
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, (byte) 0xEE); // what an earlier use left
        }
        return new Slab(memory, recycled -> {});
    }

    @Test
    void superblockBytesAreFixed() {
        var superblock = new Superblock(WAL_ID, 2, (256L << 20) - VolumeLayout.RING_START);
        assertThat(hex(superblock.encode())).isEqualTo(SUPERBLOCK);
        assertThat(Superblock.decode(blockOf(SUPERBLOCK))).isEqualTo(superblock);
    }

    @Test
    void headerSlotBytesAreFixed() {
        var header = new HeaderSlot(WAL_ID, 7, 3, 0x1000, 0x4001000);
        assertThat(hex(header.encode())).isEqualTo(HEADER_SLOT);
        assertThat(HeaderSlot.decode(blockOf(HEADER_SLOT))).isEqualTo(header);
    }

    @Test
    void batchBytesAreFixed() {
        var records = ByteBuffer.wrap("oxbow".getBytes(StandardCharsets.UTF_8));
        var record =
                new WalRecord(
                        0x0102030405060708L, 9, 1000, 2, 0x199a1b2c3d4L, 0x199a1b2c3d5L, records);
        int frameBytes = RecordFrame.HEADER_BYTES + 5;
        Slab slab = slab();
        var batch = WriteBatch.open(slab, 8192, 0x5000, 1 << 15);
        var entry = batch.add(0, frameBytes, new PendingAppend());
        RecordFrame.encodeAt(slab.memory(), entry.position() - RecordFrame.HEADER_BYTES, record);
        int crc = batch.seal(WAL_ID, 3, 0x4000, 0x0a0b0c0d);
        assertThat(hex(batch.bytes())).isEqualTo(BATCH_HEADER + FRAME);
        var header = Objects.requireNonNull(BatchHeader.decode(batch.bytes(), 0, WAL_ID));
        assertThat(header.headerCrc()).isEqualTo(crc);
        assertThat(header.bodyEndLsn()).isEqualTo(entry.endLsn());
        assertThat(header.endLsn()).isEqualTo(0x6000);
    }

    @Test
    void padBytesAreFixed() {
        var pad = WriteBatch.pad(slab(), 4096, 0x6000, 0x3000);
        pad.seal(WAL_ID, 3, 0x5000, 0xd1509d65);
        assertThat(hex(pad.bytes())).isEqualTo(PAD_HEADER);
        assertThat(pad.endLsn()).isEqualTo(0x9000);
    }

    @Test
    void everyFlippedBitOfAHeaderIsFound() {
        for (int bit = 0; bit < BatchHeader.BYTES * 8; bit++) {
            ByteBuffer broken = blockOf(BATCH_HEADER + FRAME);
            broken.put(bit / 8, (byte) (broken.get(bit / 8) ^ 1 << bit % 8));
            assertThat(BatchHeader.decode(broken, 0, WAL_ID)).isNull();
        }
        for (int bit = 0; bit < HEADER_SLOT.length() * 4; bit++) {
            ByteBuffer broken = blockOf(HEADER_SLOT);
            broken.put(bit / 8, (byte) (broken.get(bit / 8) ^ 1 << bit % 8));
            assertThat(HeaderSlot.decode(broken)).isNull();
        }
        for (int bit = 0; bit < SUPERBLOCK.length() * 4; bit++) {
            ByteBuffer broken = blockOf(SUPERBLOCK);
            broken.put(bit / 8, (byte) (broken.get(bit / 8) ^ 1 << bit % 8));
            assertThat(Superblock.decode(broken)).isNull();
        }
    }

    @Test
    void anotherVolumesBatchIsNotOurs() {
        assertThat(BatchHeader.decode(blockOf(BATCH_HEADER), 0, new UUID(1, 2))).isNull();
    }

    @Test
    void aNewerVersionIsNamed() {
        ByteBuffer newer = blockOf(SUPERBLOCK).putInt(8, 2);
        VolumeLayout.sign(newer, 48);
        assertThatThrownBy(() -> Superblock.decode(newer))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("version 2");
    }
}
