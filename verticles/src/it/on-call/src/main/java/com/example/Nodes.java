package com.example;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import java.util.Set;

/** Whether there are members that keep what others register. Waited for by the main thread, told by Hazelcast's. */
final class Nodes implements MembershipListener {
    private final Cluster cluster;
    /** How often the last one went. */
    private int timesGone;

    private Nodes(Cluster cluster) {
        this.cluster = cluster;
    }

    static Nodes of(Cluster cluster) {
        var nodes = new Nodes(cluster);
        cluster.addMembershipListener(nodes);
        return nodes;
    }

    /** What {@link #awaitNone} wants to know. */
    synchronized int awaitOne() throws InterruptedException {
        while (none(cluster.getMembers())) {
            wait();
        }
        return timesGone;
    }

    /** Returns when there was none at some time since, although others may be back already. */
    synchronized void awaitNone(int since) throws InterruptedException {
        while (timesGone == since) {
            wait();
        }
    }

    @Override
    public synchronized void memberAdded(MembershipEvent added) {
        notifyAll();
    }

    @Override
    public synchronized void memberRemoved(MembershipEvent removed) {
        if (none(removed.getMembers())) {
            timesGone++;
            notifyAll();
        }
    }

    private static boolean none(Set<Member> members) {
        return members.stream().allMatch(Member::isLiteMember);
    }
}
