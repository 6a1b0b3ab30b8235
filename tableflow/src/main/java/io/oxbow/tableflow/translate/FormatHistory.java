package io.oxbow.tableflow.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.oxbow.tableflow.TableFlowException;
import io.oxbow.tableflow.config.Format;
import io.oxbow.tableflow.value.Formats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The formats that a table's records were read by; a change counts for the records from then on.
 * Immutable.
 */
public final class FormatHistory {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHANGES_MAX = 100;

    private final Formats now;
    private final List<Before> before;

    /**
     * Formats that were in force up to an offset of each partition; 0 for one that is not named.
     */
    private record Before(String key, String value, SortedMap<Integer, Long> until) {}

    private FormatHistory(Formats now, List<Before> before) {
        this.now = now;
        this.before = List.copyOf(before);
    }

    /** Reads the history from a table's properties. */
    public static FormatHistory of(Map<String, String> properties) {
        try {
            return new FormatHistory(
                    new Formats(
                            Format.of(properties.getOrDefault(TableProperties.KEY_FORMAT, "raw")),
                            Format.of(
                                    properties.getOrDefault(TableProperties.VALUE_FORMAT, "raw"))),
                    JSON.readValue(
                            properties.getOrDefault(TableProperties.FORMATS_BEFORE, "[]"),
                            new TypeReference<List<Before>>() {}));
        } catch (JsonProcessingException e) {
            throw new TableFlowException(
                    "the table's property " + TableProperties.FORMATS_BEFORE + " is damaged",
                    TableFlowException.Retry.FATAL,
                    e);
        }
    }

    /** Returns the formats that a record was read by, or will be. */
    public Formats at(int partition, long offset) {
        for (Before earlier : before) {
            if (offset < earlier.until().getOrDefault(partition, 0L)) {
                return new Formats(Format.of(earlier.key()), Format.of(earlier.value()));
            }
        }
        return now;
    }

    Formats now() {
        return now;
    }

    /** Returns the properties with other formats in force from these offsets on. */
    Map<String, String> changed(Formats formats, SortedMap<Integer, Long> from) {
        List<Before> all = new ArrayList<>(before);
        if (all.size() >= CHANGES_MAX) {
            throw TableFlowException.fatal(
                    "the formats of this table were changed %d times; it takes no more"
                            .formatted(CHANGES_MAX));
        }
        if (from.values().stream().anyMatch(offset -> offset > 0)) {
            all.add(new Before(now.key().spelling(), now.value().spelling(), new TreeMap<>(from)));
        }
        try {
            return Map.of(
                    TableProperties.KEY_FORMAT, formats.key().spelling(),
                    TableProperties.VALUE_FORMAT, formats.value().spelling(),
                    TableProperties.FORMATS_BEFORE, JSON.writeValueAsString(all));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
