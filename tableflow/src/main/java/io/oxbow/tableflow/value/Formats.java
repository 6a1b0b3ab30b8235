package io.oxbow.tableflow.value;

import io.oxbow.tableflow.config.Format;

/** The formats of a topic's keys and values. */
public record Formats(Format key, Format value) {

    /** Detects the format of a key or a value by its bytes. */
    public static Format detect(byte[] bytes, WriterSchemas schemas) {
        if (AvroDecoder.isRegistered(bytes, schemas)) {
            return Format.AVRO;
        }
        return JsonDecoder.isObject(bytes) ? Format.JSON : Format.RAW;
    }
}
