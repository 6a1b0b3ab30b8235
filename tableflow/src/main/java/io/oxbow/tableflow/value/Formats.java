package io.oxbow.tableflow.value;

import io.oxbow.tableflow.config.Format;

/**
 * How keys and values of a topic are encoded, as far as it is decided. {@code AUTO} means: not yet.
 */
public record Formats(Format key, Format value) {

    /** Decides what is open by what a key and a value look like. */
    public static Format detect(byte[] bytes, WriterSchemas schemas) {
        if (AvroDecoder.isRegistered(bytes, schemas)) {
            return Format.AVRO;
        }
        return JsonDecoder.isObject(bytes) ? Format.JSON : Format.RAW;
    }
}
