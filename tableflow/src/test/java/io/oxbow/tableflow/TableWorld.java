package io.oxbow.tableflow;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.tableflow.config.TableConfig;
import io.oxbow.tableflow.translate.QuarantineTable;
import io.oxbow.tableflow.translate.RoundLimits;
import io.oxbow.tableflow.translate.RoundResult;
import io.oxbow.tableflow.translate.TableRound;
import io.oxbow.tableflow.translate.TableTopic;
import io.oxbow.tableflow.value.WriterSchemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.io.CloseableIterable;

/** A topic, its log, a registry and a catalog, all in memory, and rounds that run on them. */
public final class TableWorld {

    public static final UUID TOPIC_ID = UUID.fromString("0189f7b1-5cc2-7bb0-9d37-0a0c3e5d6a01");

    public final MemoryLog log = new MemoryLog();
    public final Map<Integer, Schema> registry = new HashMap<>();
    public final WriterSchemas schemas = id -> Optional.ofNullable(registry.get(id));
    public Catalog catalog = newCatalog();
    public Map<String, String> settings = new HashMap<>(Map.of("table.enable", "true"));
    public RoundLimits limits = RoundLimits.defaults();
    public UUID topicId = TOPIC_ID;
    public long epoch = 1;
    public int partitions = 2;

    private static Catalog newCatalog() {
        InMemoryCatalog catalog = new InMemoryCatalog();
        catalog.initialize("memory", Map.of("warehouse", "memory://warehouse"));
        return catalog;
    }

    public TableWorld set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    public TableTopic topic() {
        return new TableTopic(
                topicId, "shop.orders", partitions, TableConfig.of("shop.orders", settings));
    }

    public TableRound.Sources sources() {
        return new TableRound.Sources(catalog, log, schemas);
    }

    public RoundResult round() {
        return new TableRound(sources(), Environment.system(), limits).run(topic(), epoch);
    }

    /** Runs rounds until there is nothing left to do. */
    public void settle() {
        while (!(round() instanceof RoundResult.Idle)) {
            // on
        }
    }

    public TableIdentifier identifier() {
        return topic().config().identifier();
    }

    public Table table() {
        return catalog.loadTable(identifier());
    }

    /** Returns the rows by partition and offset. */
    public List<Record> rows() {
        return rows(table());
    }

    public List<Record> quarantine() {
        TableIdentifier name = QuarantineTable.identifier(identifier());
        return catalog.tableExists(name) ? rows(catalog.loadTable(name)) : List.of();
    }

    public static List<Record> rows(Table table) {
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> all = IcebergGenerics.read(table).build()) {
            all.forEach(rows::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.sort(
                Comparator.<Record, Integer>comparing(r -> (Integer) r.get(0))
                        .thenComparing(r -> (Long) r.get(1)));
        return rows;
    }

    public Schema schema(int id) {
        return java.util.Objects.requireNonNull(registry.get(id), "schema " + id);
    }

    /** Returns a record in the registry's wire format. */
    public byte[] avro(int id, Object datum) {
        Schema schema = schema(id);
        try (var out = new java.io.ByteArrayOutputStream()) {
            out.write(0);
            out.write(ByteBuffer.allocate(4).putInt(id).array());
            var encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<Object>(schema, new GenericData()).write(datum, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
