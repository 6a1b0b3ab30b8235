package io.oxbow.node.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.EncoderFactory;

/** The data set: one week of earthquakes, as JSON documents and as Avro records. */
final class Earthquakes {

    private static final String RESOURCE = "earthquakes.json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static final Schema AVRO =
            SchemaBuilder.record("Earthquake")
                    .namespace("gov.usgs")
                    .fields()
                    .requiredString("id")
                    .name("happened_at")
                    .type(
                            LogicalTypes.timestampMillis()
                                    .addToSchema(Schema.create(Schema.Type.LONG)))
                    .noDefault()
                    .optionalDouble("magnitude")
                    .optionalString("magnitude_type")
                    .requiredString("place")
                    .requiredDouble("longitude")
                    .requiredDouble("latitude")
                    .requiredDouble("depth_km")
                    .requiredBoolean("tsunami")
                    .endRecord();

    private final List<JsonNode> features;

    private Earthquakes(List<JsonNode> features) {
        this.features = features;
    }

    static Earthquakes load() {
        try (var in = Earthquakes.class.getResourceAsStream(RESOURCE)) {
            List<JsonNode> features = new ArrayList<>();
            MAPPER.readTree(in).get("features").forEach(features::add);
            return new Earthquakes(features);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the data set " + RESOURCE, e);
        }
    }

    int count() {
        return features.size();
    }

    String id(int index) {
        return features.get(index).get("id").asText();
    }

    /** Returns the time of an event, in milliseconds since the epoch. */
    long timestamp(int index) {
        return features.get(index).get("properties").get("time").asLong();
    }

    /** Returns the event's properties with its id and geometry. */
    byte[] json(int index) {
        JsonNode feature = features.get(index);
        ObjectNode document = MAPPER.createObjectNode();
        document.set("id", feature.get("id"));
        document.setAll((ObjectNode) feature.get("properties"));
        document.set("geometry", feature.get("geometry"));
        return document.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns an event in the registry's wire format: a zero byte, the schema's id, Avro binary.
     */
    byte[] avro(int index, int schemaId) {
        var out = new ByteArrayOutputStream();
        out.write(0);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId).array());
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(AVRO).write(record(index), encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private GenericRecord record(int index) {
        JsonNode properties = features.get(index).get("properties");
        JsonNode coordinates = features.get(index).get("geometry").get("coordinates");
        return new GenericRecordBuilder(AVRO)
                .set("id", id(index))
                .set("happened_at", timestamp(index))
                .set("magnitude", properties.get("mag").asDouble())
                .set("magnitude_type", properties.get("magType").asText())
                .set("place", properties.get("place").asText())
                .set("longitude", coordinates.get(0).asDouble())
                .set("latitude", coordinates.get(1).asDouble())
                .set("depth_km", coordinates.get(2).asDouble())
                .set("tsunami", properties.get("tsunami").asInt() == 1)
                .build();
    }
}
