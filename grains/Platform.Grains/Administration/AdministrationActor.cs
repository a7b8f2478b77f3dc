using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Grains.Administration;

/// <summary>Who administers, whatever way they came in.</summary>
public sealed record AdministrationActor
{
    private AdministrationActor(string name, UserKey? subject, ScopePath? limitedTo, string address)
    {
        Name = name;
        Subject = subject;
        LimitedTo = limitedTo;
        Address = address;
    }

    /// <summary>The name for audit entries and for what is kept of who did it: a user key, or <c>console:name</c>.</summary>
    public string Name { get; }

    /// <summary>The user, or the client as a member; null: the operator at the machine, who may do everything.</summary>
    public UserKey? Subject { get; }

    /// <summary>The one scope that the actor's token is for: nothing else may be administered with it; null: all that the subject may.</summary>
    public ScopePath? LimitedTo { get; }

    /// <summary>Where from, for audit entries: the client's address, or <c>console</c>.</summary>
    public string Address { get; }

    /// <summary>A user, or a client as a member.</summary>
    public static AdministrationActor Of(UserKey subject, ScopePath? limitedTo, string address) => new(subject.ToString(), subject, limitedTo, address);

    /// <summary>The operator at the machine, who could as well change the database itself.</summary>
    /// <param name="login">The name of their account on the machine.</param>
    public static AdministrationActor Operator(string login) => new($"console:{login}", null, null, "console");
}
