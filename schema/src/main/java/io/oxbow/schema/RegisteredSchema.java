package io.oxbow.schema;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A schema and its id in records. Immutable; parsed when first asked for, so that replaying a long
 * log does not parse every schema it ever held.
 */
public final class RegisteredSchema {

    /** The one type of schema that is served. */
    public static final String AVRO = "AVRO";

    private final int id;
    private final String text;
    private final List<SchemaReference> references;
    private final AvroParser parser;
    private volatile @Nullable Schema parsed;

    RegisteredSchema(int id, String text, List<SchemaReference> references, AvroParser parser) {
        this.id = id;
        this.text = text;
        this.references = List.copyOf(references);
        this.parser = parser;
    }

    public int id() {
        return id;
    }

    public String type() {
        return AVRO;
    }

    /**
     * Returns the canonical JSON text: Avro's own rendering, without types that come by reference.
     */
    public String text() {
        return text;
    }

    public List<SchemaReference> references() {
        return references;
    }

    /**
     * Returns the schema, with everything it refers to.
     *
     * @throws RegistryException INVALID_SCHEMA when the log holds a text that is no schema
     */
    public Schema avro() {
        Schema schema = parsed;
        if (schema == null) {
            schema = parser.parseRegistered(text, references);
            parsed = schema;
        }
        return schema;
    }

    @Override
    public String toString() {
        return "RegisteredSchema[" + id + "]";
    }
}
