package io.oxbow.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A subject with its versions. Immutable.
 *
 * @param versions by growing version; softly deleted ones too
 */
record Subject(String name, List<SubjectVersion> versions) {

    Subject {
        versions = List.copyOf(versions);
    }

    /** Returns true if some version isn't deleted. */
    boolean isLive() {
        return versions.stream().anyMatch(v -> !v.deleted());
    }

    List<SubjectVersion> live() {
        return versions.stream().filter(v -> !v.deleted()).toList();
    }

    Optional<SubjectVersion> version(int version) {
        return versions.stream().filter(v -> v.version() == version).findFirst();
    }

    Optional<SubjectVersion> latest(boolean deleted) {
        return versions.reversed().stream().filter(v -> deleted || !v.deleted()).findFirst();
    }

    int nextVersion() {
        return versions.isEmpty() ? 1 : versions.getLast().version() + 1;
    }

    Subject with(SubjectVersion added) {
        List<SubjectVersion> next = new ArrayList<>(versions.size() + 1);
        for (SubjectVersion version : versions) {
            if (version.version() < added.version()) {
                next.add(version);
            }
        }
        next.add(added);
        for (SubjectVersion version : versions) {
            if (version.version() > added.version()) {
                next.add(version);
            }
        }
        return new Subject(name, next);
    }

    Subject without(int version) {
        return new Subject(name, versions.stream().filter(v -> v.version() != version).toList());
    }
}
