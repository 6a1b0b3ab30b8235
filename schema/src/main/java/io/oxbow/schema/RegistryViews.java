package io.oxbow.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Read-only queries of the registry. Lock-free; see {@link SchemaRegistry}. */
public final class RegistryViews {

    private final RegistryState state;

    RegistryViews(RegistryState state) {
        this.state = state;
    }

    /** Treatment of softly deleted versions in a query. */
    public enum Deleted {
        EXCLUDED,
        INCLUDED,
        ONLY;

        boolean wants(SubjectVersion version) {
            return switch (this) {
                case EXCLUDED -> !version.deleted();
                case INCLUDED -> true;
                case ONLY -> version.deleted();
            };
        }
    }

    /**
     * Returns the names of the subjects that have such versions ({@code ONLY}: no others), sorted.
     */
    public List<String> subjects(String prefix, Deleted deleted) {
        return state.subjects().stream()
                .filter(s -> s.name().startsWith(prefix))
                .filter(s ->
                        switch (deleted) {
                            case EXCLUDED -> s.isLive();
                            case INCLUDED -> true;
                            case ONLY -> !s.isLive();
                        })
                .map(Subject::name)
                .toList();
    }

    /** Returns the subject's versions, oldest first. */
    public List<SubjectVersion> versions(String subject, Deleted deleted) {
        List<SubjectVersion> found =
                state.subject(subject).map(Subject::versions).orElse(List.of()).stream()
                        .filter(deleted::wants)
                        .toList();
        if (found.isEmpty()) {
            throw RegistryException.subjectNotFound(subject);
        }
        return found;
    }

    /** Returns the versions, as {@link #versions}, of a subject that need not exist. */
    public List<SubjectVersion> versionsOrNone(String subject) {
        return state.subject(subject).map(Subject::live).orElse(List.of());
    }

    public SubjectVersion version(String subject, int version, boolean deleted) {
        return existing(subject, deleted)
                .version(version)
                .filter(v -> deleted || !v.deleted())
                .orElseThrow(() -> RegistryException.versionNotFound(Integer.toString(version)));
    }

    /** Returns a version, as {@link #version}, of a subject that need not exist. */
    public SubjectVersion versionOfAny(String subject, int version) {
        return versionsOrNone(subject).stream()
                .filter(v -> v.version() == version)
                .findFirst()
                .orElseThrow(() -> RegistryException.versionNotFound(Integer.toString(version)));
    }

    public SubjectVersion latest(String subject, boolean deleted) {
        return existing(subject, deleted)
                .latest(deleted)
                .orElseThrow(() -> RegistryException.versionNotFound("latest"));
    }

    /** Returns everything registered, by subject and version. */
    public List<SubjectVersion> all(String prefix, Deleted deleted, boolean latestOnly) {
        List<SubjectVersion> found = new ArrayList<>();
        for (Subject subject : state.subjects()) {
            if (!subject.name().startsWith(prefix)) {
                continue;
            }
            List<SubjectVersion> versions =
                    subject.versions().stream().filter(deleted::wants).toList();
            found.addAll(
                    latestOnly && !versions.isEmpty() ? List.of(versions.getLast()) : versions);
        }
        return found;
    }

    public List<SubjectVersion> versionsOf(int id, boolean deleted) {
        if (state.schema(id).isEmpty()) {
            throw RegistryException.schemaNotFound("Schema " + id);
        }
        return state.versionsOf(id).stream().filter(v -> deleted || !v.deleted()).toList();
    }

    /** Returns the ids of the schemas that refer to a version. */
    public List<Integer> referrers(SubjectVersion version) {
        return state.referrers(version.subject(), version.version());
    }

    public CompatibilityLevel globalLevel() {
        return state.globalLevel();
    }

    /** Returns the subject's own level, if it has one. */
    public Optional<CompatibilityLevel> level(String subject) {
        return state.level(subject);
    }

    private Subject existing(String subject, boolean deleted) {
        return state.subject(subject)
                .filter(s -> deleted || s.isLive())
                .orElseThrow(() -> RegistryException.subjectNotFound(subject));
    }
}
