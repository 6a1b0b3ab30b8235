package io.oxbow.schema;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state that the log's records make. One thread applies; any thread reads, without a lock, and
 * gets immutable values.
 */
final class RegistryState {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryState.class);

    /** The content of a schema; two schemas with the same content are one. */
    private record Content(String text, List<SchemaReference> references) {}

    private final AvroParser parser = new AvroParser(this::schemaOf);
    private final Map<Integer, RegisteredSchema> byId = new ConcurrentHashMap<>();
    private final Map<Content, RegisteredSchema> byContent = new ConcurrentHashMap<>();
    private final Map<Integer, Set<Use>> uses = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, Subject> subjects = new ConcurrentSkipListMap<>();
    private final Map<String, CompatibilityLevel> levels = new ConcurrentHashMap<>();
    private volatile CompatibilityLevel globalLevel = CompatibilityLevel.BACKWARD;
    private final LongAdder unreadable = new LongAdder();
    private volatile int maxId;

    /** A version of a subject that refers to some schema. */
    private record Use(String subject, int version) {}

    /** Returns the number of records that made no sense and were skipped. */
    long unreadableRecords() {
        return unreadable.sum();
    }

    AvroParser parser() {
        return parser;
    }

    /**
     * Applies a record. One that makes no sense is skipped, with a complaint: stopping would take
     * every other schema down with it.
     */
    void apply(long offset, byte @Nullable [] key, byte @Nullable [] value) {
        if (key == null) {
            unreadable.increment();
            LOG.error("schema log: record {} has no key; skipped", offset);
            return;
        }
        try {
            RegistryRecordCodec.decode(key, value).ifPresent(this::apply);
        } catch (RuntimeException | StackOverflowError e) {
            unreadable.increment();
            LOG.error("schema log: record {} skipped: {}", offset, e.toString());
        }
    }

    private void apply(RegistryRecord record) {
        switch (record) {
            case RegistryRecord.SchemaVersion v -> applyVersion(v);
            case RegistryRecord.SchemaTombstone t -> applyTombstone(t);
            case RegistryRecord.Config c -> applyConfig(c);
            case RegistryRecord.DeleteSubject d -> applyDelete(d);
            case RegistryRecord.Noop n -> maxId = Math.max(maxId, n.maxId());
        }
    }

    private void applyVersion(RegistryRecord.SchemaVersion v) {
        RegisteredSchema schema = byId.get(v.id());
        Content content = new Content(v.text(), v.references());
        if (schema == null) {
            schema = new RegisteredSchema(v.id(), v.text(), v.references(), parser);
            byId.put(v.id(), schema);
            byContent.putIfAbsent(content, schema);
        } else if (!content.equals(new Content(schema.text(), schema.references()))) {
            throw new IllegalStateException("id " + v.id() + " already stands for another schema");
        }
        maxId = Math.max(maxId, v.id());
        release(v.subject(), v.version(), v.id());
        uses.computeIfAbsent(v.id(), _ -> ConcurrentHashMap.newKeySet())
                .add(new Use(v.subject(), v.version()));
        Subject subject = subjects.getOrDefault(v.subject(), new Subject(v.subject(), List.of()));
        subjects.put(
                v.subject(),
                subject.with(new SubjectVersion(v.subject(), v.version(), schema, v.deleted())));
    }

    private void applyTombstone(RegistryRecord.SchemaTombstone t) {
        release(t.subject(), t.version(), 0);
        Subject subject = subjects.get(t.subject());
        if (subject == null) {
            return;
        }
        Subject rest = subject.without(t.version());
        if (rest.versions().isEmpty()) {
            subjects.remove(t.subject());
        } else {
            subjects.put(t.subject(), rest);
        }
    }

    /** Ends a version's use of its schema, unless that is {@code stays}; an unused schema goes. */
    private void release(String subject, int version, int stays) {
        Optional<SubjectVersion> found = find(subject, version);
        if (found.isEmpty() || found.get().id() == stays) {
            return;
        }
        RegisteredSchema schema = found.get().schema();
        Set<Use> users = uses.get(schema.id());
        if (users != null) {
            users.remove(new Use(subject, version));
        }
        if (users == null || users.isEmpty()) {
            uses.remove(schema.id());
            byId.remove(schema.id());
            byContent.remove(new Content(schema.text(), schema.references()));
        }
    }

    private void applyConfig(RegistryRecord.Config c) {
        if (c.subject() == null) {
            globalLevel = c.level() == null ? CompatibilityLevel.BACKWARD : c.level();
        } else if (c.level() == null) {
            levels.remove(c.subject());
        } else {
            levels.put(c.subject(), c.level());
        }
    }

    private void applyDelete(RegistryRecord.DeleteSubject d) {
        Subject subject = subjects.get(d.subject());
        if (subject == null) {
            return;
        }
        List<SubjectVersion> versions =
                subject.versions().stream()
                        .map(v ->
                                v.version() > d.version()
                                        ? v
                                        : new SubjectVersion(
                                                v.subject(), v.version(), v.schema(), true))
                        .toList();
        subjects.put(d.subject(), new Subject(d.subject(), versions));
    }

    int maxId() {
        return maxId;
    }

    Optional<RegisteredSchema> schema(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    Optional<RegisteredSchema> schema(String text, List<SchemaReference> references) {
        return Optional.ofNullable(byContent.get(new Content(text, references)));
    }

    Optional<Subject> subject(String name) {
        return Optional.ofNullable(subjects.get(name));
    }

    /** Returns the subjects by name. */
    Collection<Subject> subjects() {
        return subjects.values();
    }

    /** Returns every version that refers to the schema, by subject and version. */
    List<SubjectVersion> versionsOf(int id) {
        return uses.getOrDefault(id, Set.of()).stream()
                .flatMap(name -> find(name.subject(), name.version()).stream())
                .sorted(
                        Comparator.comparing(SubjectVersion::subject)
                                .thenComparing(SubjectVersion::version))
                .toList();
    }

    /** Returns the ids of the schemas that refer to a version. */
    List<Integer> referrers(String subject, int version) {
        Set<Integer> ids = new HashSet<>();
        for (RegisteredSchema schema : byId.values()) {
            for (SchemaReference reference : schema.references()) {
                if (reference.subject().equals(subject) && reference.version() == version) {
                    ids.add(schema.id());
                }
            }
        }
        return ids.stream().sorted().toList();
    }

    CompatibilityLevel globalLevel() {
        return globalLevel;
    }

    Optional<CompatibilityLevel> level(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    private Optional<RegisteredSchema> schemaOf(String subject, int version) {
        return find(subject, version).map(SubjectVersion::schema);
    }

    private Optional<SubjectVersion> find(String subject, int version) {
        return subject(subject).flatMap(s -> s.version(version));
    }
}
