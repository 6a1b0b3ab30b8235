package io.oxbow.tidy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directed graph of names, and its circles: strongly connected components of more than one name
 * (Tarjan's algorithm).
 */
final class Graph {
    private final Map<String, Set<String>> edges = new TreeMap<>();

    /** Adds an edge; one from a name to itself is left out. */
    void edge(String from, String to) {
        edges.computeIfAbsent(from, name -> new TreeSet<>());
        edges.computeIfAbsent(to, name -> new TreeSet<>());
        if (!from.equals(to)) {
            edges.get(from).add(to);
        }
    }

    /** Returns the circles, each in order of its names. */
    List<List<String>> circles() {
        var search = new Search();
        edges.keySet().forEach(search::visitOnce);
        return search.found;
    }

    private final class Search {
        private final Map<String, Integer> order = new HashMap<>();
        private final Map<String, Integer> lowest = new HashMap<>();
        private final Deque<String> path = new ArrayDeque<>();
        private final Set<String> onPath = new HashSet<>();
        private final List<List<String>> found = new ArrayList<>();

        void visitOnce(String name) {
            if (order.containsKey(name)) {
                return;
            }
            order.put(name, order.size());
            lowest.put(name, order.get(name));
            path.push(name);
            onPath.add(name);
            for (String next : edges.get(name)) {
                if (!order.containsKey(next)) {
                    visitOnce(next);
                    lowest.merge(name, lowest.get(next), Math::min);
                } else if (onPath.contains(next)) {
                    lowest.merge(name, order.get(next), Math::min);
                }
            }
            if (lowest.get(name).equals(order.get(name))) {
                component(name);
            }
        }

        private void component(String root) {
            var members = new ArrayList<String>();
            String member;
            do {
                member = path.pop();
                onPath.remove(member);
                members.add(member);
            } while (!member.equals(root));
            if (members.size() > 1) {
                members.sort(null);
                found.add(members);
            }
        }
    }
}
