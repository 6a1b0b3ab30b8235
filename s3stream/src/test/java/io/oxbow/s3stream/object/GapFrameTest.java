package io.oxbow.s3stream.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class GapFrameTest {

    private final List<String> seen = new ArrayList<>();

    @Test
    void theBytesArePinned() {
        byte[] bytes = new byte[RecordFrame.HEADER_BYTES];
        GapFrame.of(7, 100, 103).get(bytes);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "0000000000000007" // stream
                                + "0000000000000000" // epoch
                                + "0000000000000064" // first offset
                                + "00000003" // count
                                + "ffffffffffffffff" // no timestamp
                                + "8000000000000000" // never appended
                                + "00000000" // no payload
                                + "ebb2a93b"); // crc
    }

    @Test
    void oneFrameStandsForAsManyOffsetsAsItCan() {
        ByteBuffer frame = GapFrame.of(7, 5, 5L + Integer.MAX_VALUE + 10);
        assertThat(RecordFrame.decode(frame).count()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void gapsAreToldApartFromEmptyAppends() {
        Block block = block(append(0, 2, 0), GapFrame.of(1, 2, 5), append(5, 1, 3));
        block.visit(-1, visitor());
        assertThat(seen).containsExactly("append 0 of 0", "gap 2 to 5", "append 5 of 3");
    }

    @Test
    void framesBelowTheOffsetAreNotShown() {
        Block block = block(append(0, 2, 9), GapFrame.of(1, 2, 5), append(5, 1, 3));
        block.visit(4, visitor());
        assertThat(seen).containsExactly("gap 2 to 5", "append 5 of 3");
        seen.clear();
        block.visit(5, visitor());
        assertThat(seen).containsExactly("append 5 of 3");
    }

    @Test
    void aGapHasNoTimestamp() {
        assertThat(block(GapFrame.of(1, 2, 5)).entry().maxTimestamp()).isEqualTo(-1);
    }

    private Block.Visitor visitor() {
        return new Block.Visitor() {
            @Override
            public boolean append(ReadResult.Append append) {
                return seen.add(
                        "append " + append.baseOffset() + " of " + append.records().remaining());
            }

            @Override
            public boolean gap(long fromOffset, long toOffset) {
                return seen.add("gap " + fromOffset + " to " + toOffset);
            }
        };
    }

    private static ByteBuffer append(long baseOffset, int count, int length) {
        ByteBuffer frame = ByteBuffer.allocate(RecordFrame.HEADER_BYTES + length);
        RecordFrame.encode(
                frame, new WalRecord(1, 1, baseOffset, count, 50, 60, ByteBuffer.allocate(length)));
        return frame.flip();
    }

    private static Block block(ByteBuffer... frames) {
        var writer = DataObjectWriter.forRewriting(1 << 20);
        for (ByteBuffer frame : frames) {
            writer.add(frame);
        }
        DataObject object = writer.finish();
        ByteBuffer bytes = ByteBuffer.allocate((int) object.size());
        object.body().forEach(bytes::put);
        var reader = new ObjectReader((key, position, size) -> bytes.slice((int) position, size));
        return reader.block("k", reader.index("k", object.size()).entry(0));
    }
}
