package io.oxbow.tableflow.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.ByteUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the reader of records on well-formed bytes and on bytes that are no record. */
class RecordReaderTest {

    private static final int NULL = -1;

    @Test
    void aRecordHasItsHeaders() throws IOException {
        LogRecord record = reader().read(record(1, 3, 0));

        assertThat(record.headers())
                .singleElement()
                .satisfies(header -> assertThat(header.key()).isEqualTo("abc"));
        assertThat(record.leftOut()).isNull();
    }

    /** No header's key may be null, and no memory is taken for one that cannot be there. */
    @ParameterizedTest
    @CsvSource({"-1, 0, 0", "1, -1, 0", "1, -7, 0", "1, 2147483647, 0", "2, 3, 0", "1, 3, 1"})
    void bytesThatAreNoRecordAreRefused(int headers, int keyBytes, int trailing) {
        assertThatThrownBy(() -> reader().read(record(headers, keyBytes, trailing)))
                .isInstanceOf(IOException.class);
    }

    /** Makes a record with one header, if any, in memory off the heap. */
    private static ByteBuffer record(int headers, int keyBytes, int trailing) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(64);
        bytes.put((byte) 0);
        ByteUtils.writeVarlong(0, bytes);
        ByteUtils.writeVarint(0, bytes);
        ByteUtils.writeVarint(NULL, bytes);
        ByteUtils.writeVarint(NULL, bytes);
        ByteUtils.writeVarint(headers, bytes);
        if (headers > 0) {
            ByteUtils.writeVarint(keyBytes, bytes);
            bytes.put(new byte[] {'a', 'b', 'c'});
            ByteUtils.writeVarint(NULL, bytes);
        }
        bytes.put(new byte[trailing]);
        return bytes.flip();
    }

    private static RecordReader reader() {
        MemoryRecords records =
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(new byte[0]));
        var batch = (DefaultRecordBatch) records.batches().iterator().next();
        return new RecordReader(batch, 0, 0);
    }
}
