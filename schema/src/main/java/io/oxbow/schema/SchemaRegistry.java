package io.oxbow.schema;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schemas by id, and subjects with their versions. Ids are global: one schema has one id, under
 * however many subjects. Thread-safe; writes are serial and durable on return, reads take no lock.
 * Whatever is refused is a {@link RegistryException}; a log that fails is a {@link
 * SchemaLogException}, after which the next write first finds out what became of the last one.
 */
public final class SchemaRegistry {

    /** Most characters of a schema's text; longer ones are refused. */
    public static final int SCHEMA_LENGTH_MAX = 1 << 20;

    public static final int SUBJECT_LENGTH_MAX = 1024;
    public static final int REFERENCES_MAX = 256;

    private static final Logger LOG = LoggerFactory.getLogger(SchemaRegistry.class);

    private final SchemaLog log;
    private final RegistryState state = new RegistryState();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile long nextOffset;
    private volatile @Nullable String failure;

    private SchemaRegistry(SchemaLog log) {
        this.log = log;
    }

    /**
     * Opens a registry and replays the whole log; the first call that needs it repeats a read that
     * fails now.
     */
    public static SchemaRegistry open(SchemaLog log) {
        SchemaRegistry registry = new SchemaRegistry(log);
        try {
            registry.catchUp();
        } catch (SchemaLogException e) {
            LOG.error("the schema log cannot be read, to be tried again", e);
        }
        return registry;
    }

    /** Returns the number of the log's records that made no sense and were skipped. */
    public long unreadableRecords() {
        return state.unreadableRecords();
    }

    /** Returns the reason why the log cannot be read just now; empty when it can. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Applies the log's records beyond those applied; cheap when there are none. */
    public void catchUp() {
        if (log.endOffset() <= nextOffset) {
            return;
        }
        writing.lock();
        try {
            nextOffset =
                    log.read(
                            nextOffset,
                            (offset, key, value) -> {
                                state.apply(offset, key, value);
                                nextOffset = offset + 1;
                            });
            failure = null;
        } catch (SchemaLogException e) {
            failure = e.getMessage();
            throw e;
        } finally {
            writing.unlock();
        }
    }

    /** Returns the schema of an id; also of versions that are deleted softly. */
    public Optional<RegisteredSchema> schema(int id) {
        Optional<RegisteredSchema> known = state.schema(id);
        if (known.isPresent()) {
            return known;
        }
        catchUp();
        return state.schema(id);
    }

    /** Returns the highest id given out so far. */
    public int maxId() {
        return state.maxId();
    }

    /**
     * Returns the queries of subjects; a log that could not be read is read first, or says why not.
     */
    public RegistryViews views() {
        if (failure != null) {
            catchUp();
        }
        return new RegistryViews(state);
    }

    /**
     * Registers a schema as the subject's next version; one that is a version already is left where
     * it is.
     *
     * @return the version that it is, with its id
     */
    public SubjectVersion register(String subject, String text, List<SchemaReference> references) {
        return register(subject, new Candidate(text, references, false));
    }

    /**
     * A schema that is registered, looked up or checked.
     *
     * @param normalize whether the order of attributes makes no difference
     */
    public record Candidate(String text, List<SchemaReference> references, boolean normalize) {}

    public SubjectVersion register(String subject, Candidate candidate) {
        checkSubject(subject);
        AvroParser.Parsed parsed = parse(candidate);
        return registered(subject, parsed, candidate)
                .orElseGet(() -> write(() -> registerNow(subject, candidate)));
    }

    private AvroParser.Parsed parse(Candidate candidate) {
        checkSize(candidate.text(), candidate.references());
        AvroParser.Parsed parsed =
                state.parser().parseNew(candidate.text(), candidate.references());
        return candidate.normalize()
                ? new AvroParser.Parsed(parsed.schema(), NormalForm.of(parsed.text()))
                : parsed;
    }

    /**
     * Registers under the lock, where no referenced version can go away: so the schema is parsed
     * again.
     */
    private SubjectVersion registerNow(String subject, Candidate candidate) {
        AvroParser.Parsed parsed = parse(candidate);
        return registered(subject, parsed, candidate)
                .orElseGet(() -> addVersion(subject(subject), parsed, candidate.references()));
    }

    private Optional<SubjectVersion> registered(
            String subject, AvroParser.Parsed parsed, Candidate candidate) {
        return subject(subject).live().stream()
                .filter(v -> means(v, parsed, candidate))
                .findFirst();
    }

    private SubjectVersion addVersion(
            Subject subject, AvroParser.Parsed parsed, List<SchemaReference> references) {
        List<String> violations =
                Compatibility.violations(levelOf(subject.name()), parsed.schema(), subject.live());
        if (!violations.isEmpty()) {
            throw new RegistryException(
                    RegistryError.INCOMPATIBLE_SCHEMA,
                    "Schema being registered is incompatible with an earlier schema for subject \""
                            + subject.name()
                            + "\", details: "
                            + violations);
        }
        int id =
                state.schema(parsed.text(), references)
                        .map(RegisteredSchema::id)
                        .orElseGet(() -> Math.addExact(state.maxId(), 1));
        int version = subject.nextVersion();
        append(
                new RegistryRecord.SchemaVersion(
                        subject.name(), version, id, references, parsed.text(), false));
        return subject(subject.name())
                .version(version)
                .filter(v -> v.id() == id)
                .orElseThrow(() -> new SchemaLogException("another writer is at the schema log"));
    }

    /**
     * Finds the version of the subject that a schema is.
     *
     * @param deleted looks among deleted versions too
     */
    public SubjectVersion lookUp(String subject, Candidate candidate, boolean deleted) {
        AvroParser.Parsed parsed = parse(candidate);
        Subject found =
                state.subject(subject)
                        .filter(s -> deleted || s.isLive())
                        .orElseThrow(() -> RegistryException.subjectNotFound(subject));
        return found.versions().reversed().stream()
                .filter(v -> deleted || !v.deleted())
                .filter(v -> means(v, parsed, candidate))
                .findFirst()
                .orElseThrow(() -> RegistryException.schemaNotFound("Schema"));
    }

    /**
     * Checks a schema as the subject's next version.
     *
     * @param earlier versions that it is compared with, oldest first
     * @return the incompatibilities, one sentence each; empty when there are none
     */
    public List<String> violations(
            String subject, Candidate candidate, List<SubjectVersion> earlier) {
        Schema schema = parse(candidate).schema();
        return Compatibility.violations(levelOf(subject), schema, earlier);
    }

    /** Deletes one version, softly or (of a softly deleted one) for good. */
    public int deleteVersion(String subject, int version, boolean permanent) {
        return write(() -> {
            SubjectVersion found =
                    existing(subject)
                            .version(version)
                            .orElseThrow(() ->
                                    RegistryException.versionNotFound(Integer.toString(version)));
            Deletions.checkVersion(found, permanent);
            Deletions.checkUnreferenced(state, found);
            if (permanent) {
                rememberIds();
                append(new RegistryRecord.SchemaTombstone(subject, version));
            } else {
                append(Deletions.softly(found));
            }
            return version;
        });
    }

    /** Deletes all versions, softly or (when that was done) for good; returns their numbers. */
    public List<Integer> deleteSubject(String subject, boolean permanent) {
        return write(() -> {
            Subject found = existing(subject);
            List<SubjectVersion> versions = Deletions.checkSubject(found, permanent);
            versions.forEach(v -> Deletions.checkUnreferenced(state, v));
            if (permanent) {
                rememberIds();
                for (SubjectVersion v : versions) {
                    append(new RegistryRecord.SchemaTombstone(subject, v.version()));
                }
                if (state.level(subject).isPresent()) {
                    append(new RegistryRecord.Config(subject, null));
                }
            } else {
                append(new RegistryRecord.DeleteSubject(subject, versions.getLast().version()));
            }
            return versions.stream().map(SubjectVersion::version).toList();
        });
    }

    /**
     * Writes the highest id given out; once the log is compacted, nothing else would tell that the
     * ids were ever given out.
     */
    private void rememberIds() {
        append(new RegistryRecord.Noop(state.maxId()));
    }

    public void setGlobalLevel(CompatibilityLevel level) {
        write(() -> append(new RegistryRecord.Config(null, level)));
    }

    public void setLevel(String subject, CompatibilityLevel level) {
        checkSubject(subject);
        write(() -> append(new RegistryRecord.Config(subject, level)));
    }

    /** Resets the global level to the default; returns the level that was set. */
    public CompatibilityLevel resetGlobalLevel() {
        return write(() -> {
            CompatibilityLevel was = state.globalLevel();
            append(new RegistryRecord.Config(null, null));
            return was;
        });
    }

    /** Resets the subject's level to the global one; returns the level that was set. */
    public CompatibilityLevel resetLevel(String subject) {
        return write(() -> {
            CompatibilityLevel was =
                    state.level(subject)
                            .orElseThrow(() -> RegistryException.subjectNotFound(subject));
            append(new RegistryRecord.Config(subject, null));
            return was;
        });
    }

    private <T> T write(Supplier<T> work) {
        writing.lock();
        try {
            catchUp();
            return work.get();
        } finally {
            writing.unlock();
        }
    }

    /** Appends and applies, in that order: state is never ahead of the log. */
    private long append(RegistryRecord record) {
        long offset =
                log.append(RegistryRecordCodec.key(record), RegistryRecordCodec.value(record));
        catchUp();
        return offset;
    }

    private Subject subject(String name) {
        return state.subject(name).orElseGet(() -> new Subject(name, List.of()));
    }

    private Subject existing(String name) {
        return state.subject(name).orElseThrow(() -> RegistryException.subjectNotFound(name));
    }

    private CompatibilityLevel levelOf(String subject) {
        return state.level(subject).orElseGet(state::globalLevel);
    }

    private static boolean means(
            SubjectVersion version, AvroParser.Parsed parsed, Candidate candidate) {
        RegisteredSchema schema = version.schema();
        if (!schema.references().equals(candidate.references())) {
            return false;
        }
        return schema.text().equals(parsed.text())
                || (candidate.normalize() && NormalForm.of(schema.text()).equals(parsed.text()));
    }

    private static void checkSubject(String subject) {
        if (subject.isEmpty()
                || subject.length() > SUBJECT_LENGTH_MAX
                || subject.chars().anyMatch(Character::isISOControl)) {
            throw new RegistryException(
                    RegistryError.INVALID_SUBJECT,
                    "The specified subject is not valid: 1 to "
                            + SUBJECT_LENGTH_MAX
                            + " characters, none of them a control character");
        }
    }

    private static void checkSize(String text, List<SchemaReference> references) {
        if (text.length() > SCHEMA_LENGTH_MAX || references.size() > REFERENCES_MAX) {
            throw new RegistryException(
                    RegistryError.INVALID_SCHEMA,
                    "Schema is too large: up to %d characters and %d references"
                            .formatted(SCHEMA_LENGTH_MAX, REFERENCES_MAX));
        }
    }
}
