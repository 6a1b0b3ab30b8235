package io.oxbow.broker.control;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.metadata.MetadataRecordSerde;
import org.apache.kafka.server.common.ApiMessageAndVersion;

/** Kafka's metadata records as the opaque bytes that the metadata log carries, and back. */
public final class RecordBytes {

    private static final MetadataRecordSerde SERDE = MetadataRecordSerde.INSTANCE;

    private RecordBytes() {}

    public static List<byte[]> write(List<ApiMessageAndVersion> records) {
        var bytes = new ArrayList<byte[]>(records.size());
        for (ApiMessageAndVersion record : records) {
            bytes.add(write(record));
        }
        return bytes;
    }

    private static byte[] write(ApiMessageAndVersion record) {
        var cache = new ObjectSerializationCache();
        var buffer = ByteBuffer.allocate(SERDE.recordSize(record, cache));
        SERDE.write(record, cache, new ByteBufferAccessor(buffer));
        return buffer.array();
    }

    public static List<ApiMessageAndVersion> read(List<byte[]> records) {
        var read = new ArrayList<ApiMessageAndVersion>(records.size());
        for (byte[] record : records) {
            read.add(SERDE.read(new ByteBufferAccessor(ByteBuffer.wrap(record)), record.length));
        }
        return read;
    }

    static int sizeInBytes(List<byte[]> records) {
        int size = 0;
        for (byte[] record : records) {
            size += record.length;
        }
        return size;
    }
}
