SELECT c.name, sum(o.amount) AS spent
FROM oxbow.shop.orders o
JOIN oxbow.shop.customers c ON c.id = o.customer.id
GROUP BY c.name
ORDER BY c.name
