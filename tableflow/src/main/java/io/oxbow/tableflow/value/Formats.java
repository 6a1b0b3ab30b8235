package io.oxbow.tableflow.value;

import io.oxbow.tableflow.config.Format;

/** How keys and values of a topic are encoded. */
public record Formats(Format key, Format value) {

    /** What a key or a value looks like. */
    public static Format detect(byte[] bytes, WriterSchemas schemas) {
        if (AvroDecoder.isRegistered(bytes, schemas)) {
            return Format.AVRO;
        }
        return JsonDecoder.isObject(bytes) ? Format.JSON : Format.RAW;
    }
}
